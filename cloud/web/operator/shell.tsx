import { Outlet } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import { useEffect, type ReactNode } from 'react'
import './operator.css'
import { Audience, Live } from '../kit/api/index.ts'
import { Gate, useTheme } from '../kit/ui/index.ts'
import { useWords } from '../kit/text.ts'
import { addOperatorWords } from './words.ts'
import { antLook } from './ant-look.ts'
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
      <ConfigProvider {...antLook(language, theme)}>
        <App>
          <Gate title={say('app.operator')}>
            <Live topics="connectors,sessions,power,alarms,edges,unclaimed" patch={patch}>
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
