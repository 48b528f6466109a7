import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { DriverWord } from '../../driver/words.en.ts'
import type { OperatorWord } from '../../operator/word.ts'
import { en, type CommonWord } from './common.en.ts'
import { zh } from './common.zh.ts'
import { zhCodes } from './codes.zh.ts'
import { zhProblems } from './problems.zh.ts'
import { chooseLanguage, type Language } from './language.ts'

export type Word = CommonWord | DriverWord | OperatorWord
export type Fill = Readonly<Record<string, string | number>>
/** A sentence in the person's language; `{{name}}` in it is filled from the second argument. */
export type Say = (word: Word, fill?: Fill) => string

const shelf = 'nova.language'

/** Once, before the first page. */
export async function startWords(): Promise<void> {
  const language = chooseLanguage(localStorage.getItem(shelf), navigator.languages)
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes.
    resources: { en: { translation: en }, zh: { translation: { ...zhCodes, ...zhProblems, ...zh } } }
  })
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

/** An audience brings its own words along with its pages. */
export function addWords(bundle: Readonly<Record<Language, Readonly<Record<string, string>>>>): void {
  i18next.addResourceBundle('en', 'translation', bundle.en, true, true)
  i18next.addResourceBundle('zh', 'translation', bundle.zh, true, true)
}

export const currentLanguage = (): Language => (i18next.language === 'zh' ? 'zh' : 'en')

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(shelf, language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  await i18next.changeLanguage(language)
}

export const say: Say = (word, fill) => i18next.t(word, fill ?? {})

/** For components: re-renders when the language changes. */
export function useWords(): { say: Say; language: Language } {
  useTranslation()
  return { say, language: currentLanguage() }
}

/** A word for a code from the API, when there is one: `prefix.code`; else the code as it stands. */
export function wordFor(prefix: string, code: string): string {
  const key = `${prefix}.${code}`
  return i18next.exists(key) ? i18next.t(key) : code
}
