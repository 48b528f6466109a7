const kinds = ['pv', 'battery', 'vehicle'] as const
type ParticipantKind = (typeof kinds)[number]
export type SourceKind = 'connector' | 'meter' | ParticipantKind

/** The row's name of a participant: an identifier has no slash in it, so no meter and no connector is called so. */
export const participantSource = (kind: ParticipantKind, deviceId: string): string => `${kind}/${deviceId}`

/** What a row's name says: whose it is, and of what kind. */
export function sourceOf(name: string): { readonly source: string; readonly kind: SourceKind } {
  const [first = '', rest] = name.split('/', 2)
  const participant = kinds.find((kind) => kind === first)
  if (participant !== undefined && rest !== undefined) return { source: rest, kind: participant }
  return { source: name, kind: connector.test(name) ? 'connector' : 'meter' }
}

const connector = /:\d+:\d+$/

/** In SQL: names that are no meter's. */
export const notAMeter = ':[0-9]+:[0-9]+$|/'
