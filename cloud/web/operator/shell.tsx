import { Outlet } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, type ReactNode } from 'react'
import './operator.css'
import { Audience, Live } from '../kit/api/index.ts'
import { Gate, useTheme } from '../kit/ui/index.ts'
import { useWords } from '../kit/text.ts'
import { addOperatorWords } from './words.ts'
import { antTheme } from './ant-theme.ts'
import { EdgeBar } from './parts/edge-bar.tsx'
import { Frame } from './parts/frame.tsx'
import { patch } from './patch.ts'

addOperatorWords()

/** The operator's pages: one frame, one live stream, the state of every edge always in sight. */
export function Shell(): ReactNode {
  const { say, language } = useWords()
  const theme = useTheme()
  useEffect(() => {
    document.title = `${say('app.operator')} · Nova-X`
  }, [say])
  return (
    <Audience name="operator">
      <ConfigProvider locale={language === 'zh' ? zhCN : enGB} theme={antTheme(theme)}>
        <App>
          <Gate title={say('app.operator')}>
            <Live topics="connectors,sessions,power,alarms,edges,commands" patch={patch}>
              <Frame bar={<EdgeBar />}>
                <Outlet />
              </Frame>
            </Live>
          </Gate>
        </App>
      </ConfigProvider>
    </Audience>
  )
}
