import { theme, type ThemeConfig } from 'antd'
import type { Theme } from '../kit/theme.ts'

const shared = {
  fontFamily: 'var(--font)',
  fontSize: 14,
  borderRadius: 10,
  controlHeight: 36,
  wireframe: false
} as const

/** The component library in our tokens; the values are those of kit/tokens.css. */
export function antTheme(mode: Theme): ThemeConfig {
  const dark = mode === 'dark'
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      ...shared,
      colorPrimary: dark ? '#8f83ff' : '#4b3bd1',
      colorLink: dark ? '#a79dff' : '#4b3bd1',
      colorError: dark ? '#ff8590' : '#bb1a2f',
      colorText: dark ? '#eaeef5' : '#121722',
      colorTextSecondary: dark ? '#b6c0cf' : '#414b5c',
      colorTextPlaceholder: dark ? '#97a2b5' : '#596377',
      colorBgContainer: dark ? '#131924' : '#ffffff',
      colorBgElevated: dark ? '#1a2230' : '#ffffff',
      colorBgLayout: dark ? '#0b0f16' : '#f4f5f8',
      colorBorder: dark ? '#364256' : '#cfd5e0',
      colorBorderSecondary: dark ? '#242d3c' : '#e2e6ed'
    },
    components: { Button: { primaryColor: dark ? '#0e0a2b' : '#ffffff', fontWeight: 560 } }
  }
}
