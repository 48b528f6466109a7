export type Language = 'en' | 'zh'

/** What the person chose last, else the first of the browser's languages that we speak, else English. */
export function chooseLanguage(stored: string | null, wished: readonly string[]): Language {
  if (stored === 'en' || stored === 'zh') return stored
  for (const each of wished) {
    if (each.toLowerCase().startsWith('zh')) return 'zh'
    if (each.toLowerCase().startsWith('en')) return 'en'
  }
  return 'en'
}
