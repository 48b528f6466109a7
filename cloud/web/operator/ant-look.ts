import type { ConfigProviderProps } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { createElement } from 'react'
import type { Language } from '../kit/text.ts'
import type { Theme } from '../kit/theme.ts'
import { antTheme } from './ant-theme.ts'

/** The component library in the person's language and theme. */
export const antLook = (
  language: Language,
  theme: Theme
): Pick<ConfigProviderProps, 'locale' | 'theme' | 'button'> => ({
  locale: language === 'zh' ? zhCN : enGB,
  theme: antTheme(theme),
  // The library's own leaves by a motion whose end a busy machine misses: the button was then called "loading …" for good.
  button: { loadingIcon: createElement('span', { className: 'turning', 'aria-hidden': true }) }
})
