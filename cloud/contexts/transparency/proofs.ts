import { proofOf, readRecord } from '@nova/shared-protocol/codecs/ocmf'
import type { Tx } from '../../db/index.ts'
import { sameForm, signingChargers } from './keys.ts'
import { recordsOf, type RecordRow } from './records.ts'

export type Session = {
  readonly sessionId: string
  readonly chargerId: string | null
  readonly startedAt: string | null
}
export type Proven = { readonly signing: 'none' | 'proven' | 'missing'; readonly provenWh: string | null }

/**
 * How far sessions are proven. A charger with a key entered for it owes a proof for each session; elsewhere a record
 * that is there must be genuine, and one whose meter nobody has a key of says nothing.
 */
export async function proofsOf(tx: Tx, sessions: readonly Session[]): Promise<Map<string, Proven>> {
  const records = Map.groupBy(
    await recordsOf(
      tx,
      sessions.map(({ sessionId }) => sessionId)
    ),
    ({ sessionId }) => sessionId
  )
  const owing = await signingChargers(tx, [...new Set(sessions.flatMap(({ chargerId }) => chargerId ?? []))])
  const isOwed = ({ chargerId, startedAt }: Session): boolean => {
    const at = startedAt === null ? null : sameForm(startedAt)
    return owing.some(
      (key) =>
        key.chargerId === chargerId &&
        at !== null &&
        key.validFrom <= at &&
        (key.validUntil === null || at < key.validUntil)
    )
  }
  return new Map(
    sessions.map((session) => [
      session.sessionId,
      provenBy(records.get(session.sessionId) ?? [], isOwed(session))
    ])
  )
}

function provenBy(rows: readonly RecordRow[], isOwed: boolean): Proven {
  const genuine = rows
    .filter(({ verdict }) => verdict === 'genuine')
    .flatMap(({ raw }) => {
      const read = readRecord(raw)
      return read.ok ? [read.record] : []
    })
  const proof = proofOf(genuine)
  if (proof.ok) return { signing: 'proven', provenWh: proof.energyWh }
  const isDoubtful = rows.some(({ verdict }) => verdict !== 'no-key')
  return { signing: isOwed || isDoubtful ? 'missing' : 'none', provenWh: null }
}
