import { formatTime, type Language } from '../../kit/text.ts'

/** `null`: not known yet; undefined: nobody knows, the viewer's own is as good. */
export type Zone = string | null | undefined

/** A time of a charger's wall clock; while its zone is on its way nothing is shown in place of a time of another place. */
export const timeThere = (
  instant: string | null,
  form: Parameters<typeof formatTime>[1],
  language: Language,
  zone: Zone
): string => (zone === null ? '…' : formatTime(instant, form, language, zone))
