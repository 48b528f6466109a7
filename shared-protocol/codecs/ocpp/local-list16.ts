import type { Token } from '../../model/index.ts'
import type { IdTagInfo, LocalListEntry, ToStation16 } from './messages16.ts'

/** A card as a charge point's own list names it (OCPP 1.6 §5.15, §7.24). */
export type ListedCard = { readonly idTag: string; readonly idTagInfo: IdTagInfo }

export type ListUpdate = ToStation16['SendLocalList'][0]

/** How a list goes out: its revision, and how many cards a message takes (SendLocalListMaxLength). */
export type Wording = { readonly revision: number; readonly perMessage: number }

/**
 * Versions that one revision takes: a list that needs several messages has a version after each, and only the last
 * one is the revision's own. So whoever was interrupted shows it.
 */
const versionsEach = 1_000

/** Versions are 32-bit numbers in some stations. */
export const mostRevisions = Math.floor((2 ** 31 - 1) / versionsEach)

/** The version of a charge point that holds the whole of a revision. */
export const versionOf = (revision: number): number => revision * versionsEach

/** @returns null when the version is none of ours, or of a list that was interrupted */
export const revisionIn = (version: number): number | null =>
  version > 0 && version % versionsEach === 0 ? version / versionsEach : null

const statuses = { accepted: 'Accepted', blocked: 'Blocked', expired: 'Expired', invalid: 'Invalid' } as const

/**
 * At most `most` cards (LocalAuthListMaxLength) of those that OCPP 1.6 can name (20 characters): who may charge goes
 * before who may not, whom a station without an answer turns away anyhow; else as given, the dearest first.
 */
export function listedCards(tokens: readonly Token[], most: number): readonly ListedCard[] {
  const fitting = tokens.filter(({ uid }) => uid.length <= 20)
  const isGood = ({ status }: Token) => status === 'accepted'
  return [...fitting.filter(isGood), ...fitting.filter((token) => !isGood(token))].slice(0, most).map(cardOf)
}

const cardOf = ({ uid, status, group, expiresAt }: Token): ListedCard => ({
  idTag: uid,
  idTagInfo: {
    status: statuses[status],
    ...(expiresAt ? { expiryDate: expiresAt } : {}),
    ...(group && group.length <= 20 ? { parentIdTag: group } : {})
  }
})

/** The whole list in as many messages as it needs; cards beyond what a revision's versions can number are left out. */
export function wholeList(cards: readonly ListedCard[], { revision, perMessage }: Wording): ListUpdate[] {
  const pieces = piecesOf(cards.slice(0, versionsEach * perMessage), perMessage)
  const messages = pieces.length > 0 ? pieces : [[]]
  return messages.map((piece, index) => ({
    listVersion: versionOf(revision) - (messages.length - 1 - index),
    updateType: index === 0 ? 'Full' : 'Differential',
    ...(piece.length === 0 ? {} : { localAuthorizationList: piece })
  }))
}

/** What changed from one list to another. @returns null when it takes more messages than a revision has versions */
export function changedList(
  before: readonly ListedCard[],
  after: readonly ListedCard[],
  { revision, perMessage }: Wording
): ListUpdate[] | null {
  const old = new Map(before.map((card) => [nameOf(card), said(card)]))
  const left = new Set(after.map(nameOf))
  const gone: LocalListEntry[] = before
    .filter((card) => !left.has(nameOf(card)))
    .map(({ idTag }) => ({ idTag }))
  const changed = after.filter((card) => old.get(nameOf(card)) !== said(card))
  // First out, then in: a full list has no room before.
  const pieces = piecesOf([...gone, ...changed], perMessage)
  if (pieces.length > versionsEach - 1) return null
  return (pieces.length > 0 ? pieces : [[]]).map((localAuthorizationList, index, { length }) => ({
    listVersion: versionOf(revision) - (length - 1 - index),
    updateType: 'Differential',
    ...(localAuthorizationList.length === 0 ? {} : { localAuthorizationList })
  }))
}

const nameOf = ({ idTag }: ListedCard): string => idTag.toLowerCase() // CiString20.

const said = ({ idTagInfo: { status, expiryDate, parentIdTag } }: ListedCard): string =>
  JSON.stringify([status, expiryDate, parentIdTag])

function piecesOf<Item>(items: readonly Item[], most: number): Item[][] {
  const pieces: Item[][] = []
  for (let at = 0; at < items.length; at += most) pieces.push(items.slice(at, at + most))
  return pieces
}
