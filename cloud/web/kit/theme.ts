export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'system'

const shelf = 'nova.theme'

export function readTheme(stored: string | null): ThemeChoice {
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export const themeOf = (choice: ThemeChoice, systemIsDark: boolean): Theme =>
  choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice

const systemDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')

export const currentTheme = (): Theme => themeOf(readTheme(localStorage.getItem(shelf)), systemDark().matches)

/** Puts the theme on the page; the style sheet and the charts read it from there. */
export function applyTheme(): void {
  const theme = currentTheme()
  if (document.documentElement.dataset['theme'] === theme) return
  document.documentElement.dataset['theme'] = theme
  dispatchEvent(new Event('nova-theme'))
}

export function startTheme(): void {
  applyTheme()
  systemDark().addEventListener('change', applyTheme)
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(shelf)
  else localStorage.setItem(shelf, choice)
  applyTheme()
}
