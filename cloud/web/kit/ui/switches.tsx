import { useSyncExternalStore, type ReactNode } from 'react'
import { chooseTheme, currentTheme, type Theme } from '../theme.ts'
import { changeLanguage, useWords } from '../words/index.ts'
import { Icon } from './icon.tsx'

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    addEventListener('nova-theme', listener)
    return () => removeEventListener('nova-theme', listener)
  }, currentTheme)
}

/** Language and light or dark, the same two buttons on every page. */
export function Switches(): ReactNode {
  const { say, language } = useWords()
  const theme = useTheme()
  return (
    <span className="switches">
      <button
        type="button"
        className="icon-btn"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => void changeLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {language === 'zh' ? 'English' : '中文'}
      </button>
      <button
        type="button"
        className="icon-btn"
        aria-label={say(theme === 'dark' ? 'action.light' : 'action.dark')}
        title={say(theme === 'dark' ? 'action.light' : 'action.dark')}
        onClick={() => chooseTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
    </span>
  )
}
