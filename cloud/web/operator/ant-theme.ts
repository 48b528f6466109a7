import { theme, type ThemeConfig } from 'antd'
import type { Theme } from '../kit/theme.ts'

/** The values of kit/tokens.css, for a library that computes shades and cannot read CSS variables. */
const colours = {
  light: {
    colorPrimary: '#4b3bd1',
    colorLink: '#4b3bd1',
    colorError: '#bb1a2f',
    colorText: '#121722',
    colorTextSecondary: '#414b5c',
    colorTextDescription: '#596377',
    colorTextPlaceholder: '#596377',
    colorBgContainer: '#ffffff',
    colorBgElevated: '#ffffff',
    colorBgLayout: '#f4f5f8',
    colorBorder: '#cfd5e0',
    colorBorderSecondary: '#e2e6ed'
  },
  dark: {
    colorPrimary: '#8f83ff',
    colorLink: '#a79dff',
    colorError: '#ff8590',
    colorText: '#eaeef5',
    colorTextSecondary: '#b6c0cf',
    colorTextDescription: '#97a2b5',
    colorTextPlaceholder: '#97a2b5',
    colorBgContainer: '#131924',
    colorBgElevated: '#1a2230',
    colorBgLayout: '#0b0f16',
    colorBorder: '#364256',
    colorBorderSecondary: '#242d3c'
  }
} as const
const onPrimary = { light: '#ffffff', dark: '#0e0a2b' } as const

/** The component library in our tokens. */
export const antTheme = (mode: Theme): ThemeConfig => ({
  algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
  token: {
    fontFamily: 'var(--font)',
    fontSize: 14,
    borderRadius: 10,
    controlHeight: 36,
    wireframe: false,
    ...colours[mode]
  },
  components: { Button: { primaryColor: onPrimary[mode], fontWeight: 560 } }
})
