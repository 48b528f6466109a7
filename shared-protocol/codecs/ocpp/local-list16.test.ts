import fc from 'fast-check'
import { test } from 'tap'
import type { Token } from '../../model/index.ts'
import {
  changedList,
  listedCards,
  mostRevisions,
  revisionIn,
  versionOf,
  wholeList,
  type ListedCard,
  type ListUpdate
} from './local-list16.ts'

const token = (uid: string, more: Partial<Token> = {}): Token => ({
  uid,
  type: 'ISO14443',
  status: 'accepted',
  ...more
})
const card = (idTag: string, status: 'Accepted' | 'Blocked' = 'Accepted'): ListedCard => ({
  idTag,
  idTagInfo: { status }
})

void test('a token in the words of a list: status, end, group; what has no room in 20 characters is left out', async (t) => {
  const expiresAt = '2026-12-31T00:00:00Z'
  t.strictSame(
    listedCards(
      [
        token('A', { status: 'blocked' }),
        token('B', { group: 'FLEET', expiresAt }),
        token('C', { status: 'expired' }),
        token('D', { status: 'invalid', group: null, expiresAt: null }),
        token('E'.repeat(21)),
        token('F'.repeat(20), { group: 'G'.repeat(21) })
      ],
      9
    ),
    [
      { idTag: 'B', idTagInfo: { status: 'Accepted', expiryDate: expiresAt, parentIdTag: 'FLEET' } },
      { idTag: 'F'.repeat(20), idTagInfo: { status: 'Accepted' } },
      { idTag: 'A', idTagInfo: { status: 'Blocked' } },
      { idTag: 'C', idTagInfo: { status: 'Expired' } },
      { idTag: 'D', idTagInfo: { status: 'Invalid' } }
    ]
  )
})

void test('where there is no room for all, those who may charge stay, in the order given', async (t) => {
  const tokens = [token('1', { status: 'blocked' }), token('2'), token('3'), token('4')]
  t.strictSame(
    listedCards(tokens, 2).map(({ idTag }) => idTag),
    ['2', '3']
  )
  t.strictSame(listedCards(tokens, 0), [])
})

void test('a version tells whether it is a whole revision of ours', async (t) => {
  t.strictSame(
    [1, 7, mostRevisions].map((revision) => revisionIn(versionOf(revision))),
    [1, 7, mostRevisions]
  )
  t.strictSame([0, -1, 1, 999, 1_001].map(revisionIn), [null, null, null, null, null])
  t.ok(versionOf(mostRevisions) < 2 ** 31)
})

const wordings: readonly (readonly [string, ListUpdate[] | null, ListUpdate[]])[] = [
  [
    'a list that fits goes whole in one message',
    wholeList([card('A'), card('B')], { revision: 3, perMessage: 2 }),
    [{ listVersion: 3_000, updateType: 'Full', localAuthorizationList: [card('A'), card('B')] }]
  ],
  [
    'a longer one begins whole and goes on with differences',
    wholeList([card('A'), card('B'), card('C')], { revision: 3, perMessage: 2 }),
    [
      { listVersion: 2_999, updateType: 'Full', localAuthorizationList: [card('A'), card('B')] },
      { listVersion: 3_000, updateType: 'Differential', localAuthorizationList: [card('C')] }
    ]
  ],
  [
    'an empty list is a whole one that names nobody',
    wholeList([], { revision: 3, perMessage: 2 }),
    [{ listVersion: 3_000, updateType: 'Full' }]
  ],
  [
    'a difference names who is new or changed, and who is gone without a word about him',
    changedList([card('A'), card('B'), card('C')], [card('a'), card('C', 'Blocked'), card('D')], {
      revision: 4,
      perMessage: 2
    }),
    [
      {
        listVersion: 3_999,
        updateType: 'Differential',
        localAuthorizationList: [{ idTag: 'B' }, card('C', 'Blocked')]
      },
      { listVersion: 4_000, updateType: 'Differential', localAuthorizationList: [card('D')] }
    ]
  ],
  [
    'nothing changed: only the version moves',
    changedList([card('A')], [card('A')], { revision: 4, perMessage: 2 }),
    [{ listVersion: 4_000, updateType: 'Differential' }]
  ]
]
for (const [what, got, wanted] of wordings) void test(what, async (t) => void t.strictSame(got, wanted))

void test('a difference of more messages than there are versions is none, a whole list is cut', async (t) => {
  const many = Array.from({ length: 1_001 }, (_, each) => card(`T${each}`))
  t.equal(changedList([], many.slice(0, 1_000), { revision: 1, perMessage: 1 }), null)
  t.equal(changedList([], many.slice(0, 999), { revision: 1, perMessage: 1 })?.length, 999)
  const whole = wholeList(many, { revision: 1, perMessage: 1 })
  t.strictSame([whole.length, whole[0]?.listVersion, whole.at(-1)?.listVersion], [1_000, 1, 1_000])
})

/** A charge point by the standard: §5.15. */
type Held = { version: number; readonly entries: Map<string, string> }
function take(held: Held, { listVersion, updateType, localAuthorizationList = [] }: ListUpdate): boolean {
  if (updateType === 'Differential' && listVersion <= held.version) return false
  if (updateType === 'Full') held.entries.clear()
  for (const { idTag, idTagInfo } of localAuthorizationList)
    if (idTagInfo) held.entries.set(idTag.toLowerCase(), JSON.stringify(idTagInfo))
    else held.entries.delete(idTag.toLowerCase())
  held.version = listVersion
  return true
}

const lists = fc.array(
  fc.uniqueArray(
    fc.record({
      uid: fc.stringMatching(/^[a-c]{1,2}$/),
      status: fc.constantFrom<Token['status']>('accepted', 'blocked', 'expired', 'invalid')
    }),
    { selector: ({ uid }) => uid, maxLength: 12 }
  ),
  { minLength: 1, maxLength: 5 }
)

const holds = (held: Held, cards: readonly ListedCard[]): boolean =>
  held.entries.size === cards.length &&
  cards.every(({ idTag, idTagInfo }) => held.entries.get(idTag) === JSON.stringify(idTagInfo))

type Told = { readonly updates: readonly ListUpdate[]; readonly perMessage: number; readonly most: number }

/** Whether a charge point took all of it and was never asked for more than it can. */
const takes = (held: Held, { updates, perMessage, most }: Told): boolean =>
  updates.every(
    (update) =>
      (update.localAuthorizationList ?? []).length <= perMessage &&
      take(held, update) &&
      held.entries.size <= most
  )

void test('list after list by differences, a charge point holds the last one, and never more than it has room for', async (t) => {
  const sizes = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 })] as const
  fc.assert(
    fc.property(lists, ...sizes, (told, perMessage, most) => {
      const held: Held = { version: 0, entries: new Map() }
      let before: readonly ListedCard[] | null = null
      return told.every((tokens, index) => {
        const cards = listedCards(
          tokens.map(({ uid, status }) => token(uid, { status })),
          most
        )
        const wording = { revision: index + 1, perMessage }
        const updates = before === null ? wholeList(cards, wording) : changedList(before, cards, wording)
        before = cards
        return (
          takes(held, { updates: updates ?? [], perMessage, most }) &&
          revisionIn(held.version) === index + 1 &&
          holds(held, cards)
        )
      })
    })
  )
  t.pass()
})
