import { mostTokens } from '@nova/shared-protocol/messages'
import type { Token } from '@nova/shared-protocol/model'
import { findToken, isFresh, type Answer, type Push } from '../core/authorisation/index.ts'
import { count, type Room } from './room.ts'

/** Answers kept for the time without a cloud; the least useful go first. Some 200 bytes each. */
const mostKept = 5_000

/** What is known of a token beside the lists, and whether the cloud was there to be asked. */
export type Consulted = { readonly answer: Answer | null; readonly cloudOnline: boolean }

/** In or out of a commit: what is known without asking. */
export const remembered = (room: Room, tokenUid: string): Consulted => ({
  answer: findToken(room.config.now.list, tokenUid) ? null : room.needs.store.answers.find(tokenUid),
  cloudOnline: room.needs.cloudOnline()
})

/** As the lists name it, else as the cloud answered last. */
export const tokenOf = (room: Room, uid: string): Token | null | undefined =>
  findToken(room.config.now.list, uid) ?? remembered(room, uid).answer?.token

export const pushNow = ({ needs, config }: Room): Push => ({
  version: needs.store.desired.versions().tokens ?? 0,
  isWhole: config.now.tokens.desired.length < mostTokens
})

/**
 * Asks the cloud for a token that no list names, unless it has answered a moment ago, and keeps the answer. A cloud
 * that does not answer in time counts as out of reach for this question.
 */
export async function consult(room: Room, tokenUid: string): Promise<Consulted> {
  const known = remembered(room, tokenUid)
  const { needs } = room
  if (!known.cloudOnline || findToken(room.config.now.list, tokenUid)) return known
  const push = pushNow(room) // Before it is asked: a push meanwhile is the later word.
  if (known.answer && isFresh(known.answer, needs.now(), push)) return known
  const word = await needs.askCloud(tokenUid)
  count(room, `token-asked-${word.kind}`)
  // Who may not ask has what there was before there were questions: a list that is whole.
  if (word.kind !== 'said')
    return word.kind === 'silent' ? { ...known, cloudOnline: false } : { cloudOnline: true, answer: null }
  const answer = { token: word.token, saidAtMs: needs.now(), listVersion: push.version }
  await keep(room, tokenUid, answer)
  return { answer, cloudOnline: true }
}

/** The answer counts for this question whether or not the disk takes it. */
async function keep({ needs }: Room, tokenUid: string, answer: Answer): Promise<void> {
  try {
    await needs.store.commit(() => needs.store.answers.put(tokenUid, answer, mostKept))
  } catch (cause) {
    needs.log.warn(
      { once: 'answer-not-kept', cause: String(cause) },
      'what the cloud said of a token could not be kept'
    )
  }
}
