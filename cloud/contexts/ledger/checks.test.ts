import { beforeEach, test } from 'tap'
import { money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { migrations } from './index.ts'
import { post } from './post.ts'
import { hold } from './transfers.ts'

// What the database itself refuses, when a program with the application's rights writes past the ledger's own functions.

const { database, close } = await openTestDatabase([migrations])
const at = '2026-11-21T10:00:00.123Z'
const about = {
  paymentId: 'p',
  sessionId: '00000000-0000-4000-8000-000000000001',
  provider: 'bank',
  driver: 'd'
}

let tenants = 0
const inTenant = async <Value>(work: (tx: Tx) => Promise<Value>) => database.tenant(`t${tenants}`, work)

/** Each tenant has a hold of 50.00 CNY in transfer 1 and one of 50.00 EUR in 2, so that both accounts are there twice. */
beforeEach(async () => {
  tenants++
  for (const [n, currency] of ['CNY', 'EUR'].entries()) {
    const held = hold({ ...about, paymentId: `p${n}` }, money(currency, 5_000))
    await inTenant(async (tx) => post(tx, held, at))
  }
})

type Forged = {
  readonly kind?: string
  readonly phase?: string
  readonly resolves?: string
  readonly currency?: string
  readonly hash?: string
  /** Line, currency of the account, amount. */
  readonly lines: readonly (readonly [number, string, number])[]
}

const pair = (amount: number, currency = 'CNY'): Forged['lines'] => [
  [0, currency, -amount],
  [1, currency, amount]
]

/** Writes transfers and their entries in one statement, from place 3 on. */
async function forge(tx: Tx, transfers: readonly Forged[]): Promise<void> {
  const rows = transfers.map((each, index) => ({ currency: 'CNY', ...each, place: 3 + index }))
  await tx.query(
    `with written as (
       insert into ledger_transfers (tenant_id, sequence, key, digest, kind, phase, resolves, currency, memo, at, hash)
       select nova_tenant(), t.place, 'forged ' || t.place, 'd', coalesce(t.kind, 'charge'), coalesce(t.phase, 'posted'),
         t.resolves, t.currency, '', now(), coalesce(t.hash, repeat('0', 64))
       from jsonb_to_recordset($1) as t (place bigint, kind text, phase text, resolves text, currency text, hash text))
     insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
     select nova_tenant(), e.place, e.line,
       (select a.id from ledger_accounts a where a.currency = e.currency and a.purpose = 'hold'), e.amount
     from jsonb_to_recordset($2) as e (place bigint, line smallint, currency text, amount bigint)`,
    [
      JSON.stringify(rows),
      JSON.stringify(
        rows.flatMap(({ place, lines }) =>
          lines.map(([line, currency, amount]) => ({ place, line, currency, amount }))
        )
      )
    ]
  )
}

const accepted: { title: string; transfers: Forged[] }[] = [
  { title: 'a balanced one', transfers: [{ lines: pair(5) }] },
  { title: 'one a currency', transfers: [{ lines: pair(5) }, { currency: 'EUR', lines: pair(7, 'EUR') }] },
  {
    title: 'a post within its hold',
    transfers: [{ phase: 'post', resolves: 'payment:p0:hold', lines: pair(5_000) }]
  },
  {
    title: 'a void and a note',
    transfers: [
      { phase: 'void', resolves: 'payment:p0:hold', lines: [] },
      { phase: 'note', lines: [] }
    ]
  }
]
for (const { title, transfers } of accepted) {
  void test(`the database takes ${title}`, async (t) => {
    await t.resolves(inTenant(async (tx) => forge(tx, transfers)))
  })
}

const refused: { title: string; transfers: Forged[]; because: RegExp }[] = [
  {
    title: 'what does not sum to zero',
    transfers: [
      {
        lines: [
          [0, 'CNY', -5],
          [1, 'CNY', 6]
        ]
      }
    ],
    because: /off by 1/
  },
  {
    title: 'two that only sum to zero together',
    transfers: [
      {
        lines: [
          [0, 'CNY', -5],
          [1, 'CNY', 6]
        ]
      },
      {
        lines: [
          [0, 'CNY', 5],
          [1, 'CNY', -6]
        ]
      }
    ],
    because: /off by/
  },
  {
    title: 'lines with a gap',
    transfers: [
      {
        lines: [
          [0, 'CNY', -5],
          [2, 'CNY', 5]
        ]
      }
    ],
    because: /has 2 entries/
  },
  {
    title: 'one with a gap among several',
    transfers: [
      { lines: pair(5) },
      {
        lines: [
          [0, 'CNY', -5],
          [2, 'CNY', 5]
        ]
      }
    ],
    because: /has 2 entries of lines 0 to 2/
  },
  {
    title: 'an entry of nothing',
    transfers: [{ lines: [...pair(5), [2, 'CNY', 0]] }],
    because: /of nothing/
  },
  {
    title: 'an entry of nothing among several',
    transfers: [{ lines: pair(5) }, { lines: [...pair(5), [2, 'CNY', 0]] }],
    because: /of nothing/
  },
  {
    title: 'a post that resolves nothing',
    transfers: [{ phase: 'post', lines: pair(5) }],
    because: /forged 3 \(post\)/
  },
  {
    title: 'a posting that resolves a hold and says that it does not',
    transfers: [{ resolves: 'payment:p0:hold', lines: pair(5) }],
    because: /forged 3 \(posted\)/
  },
  {
    title: 'a posting without entries',
    transfers: [{ lines: pair(5) }, { lines: [] }],
    because: /has 0 entries/
  },
  { title: 'a note with entries', transfers: [{ phase: 'note', lines: pair(5) }], because: /without them/ },
  {
    title: 'an account of another currency',
    transfers: [{ lines: pair(5, 'EUR') }],
    because: /another currency/
  },
  {
    title: 'one account of another currency among two currencies',
    transfers: [
      {
        lines: [
          [0, 'CNY', -5],
          [1, 'EUR', 5]
        ]
      },
      { currency: 'EUR', lines: pair(7, 'EUR') }
    ],
    because: /another currency/
  },
  {
    title: 'a kind that is not in the list',
    transfers: [{ kind: 'gift', lines: pair(5) }],
    because: /no known kind/
  },
  {
    title: 'a phase that is not in the list',
    transfers: [{ phase: 'soon', lines: pair(5) }],
    because: /no known kind/
  },
  {
    title: 'a post above its hold',
    transfers: [{ phase: 'post', resolves: 'payment:p0:hold', lines: pair(5_001) }],
    because: /exceeds its hold/
  },
  {
    title: 'a post of nothing that is held',
    transfers: [{ phase: 'post', resolves: 'payment:p9:hold', lines: pair(1) }],
    because: /exceeds its hold/
  },
  {
    title: 'a hash with a capital',
    transfers: [{ hash: 'A'.repeat(64), lines: pair(5) }],
    because: /no true hash/
  },
  {
    title: 'a hash that is too short',
    transfers: [{ hash: 'a'.repeat(63), lines: pair(5) }],
    because: /no true hash/
  }
]
for (const { title, transfers, because } of refused) {
  void test(`the database refuses ${title}`, async (t) => {
    await t.rejects(
      inTenant(async (tx) => forge(tx, transfers)),
      { code: '23514', message: because }
    )
  })
}

const pairsAt = (places: readonly number[], line: number): string =>
  `insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
   select nova_tenant(), place, ${line} + n, a.id, case n when 0 then -1 else 1 end
   from unnest(array[${places.join()}]) place, generate_series(0, 1) n, ledger_accounts a where a.currency = 'CNY' and a.purpose = 'hold'`

const late: { title: string; places: number[]; line: number; forged: Forged[] }[] = [
  { title: 'to what stands behind the head', places: [1], line: 2, forged: [] },
  {
    title: 'to what the same transaction has written before',
    places: [3],
    line: 2,
    forged: [{ lines: pair(5) }]
  },
  { title: 'to nothing', places: [3], line: 0, forged: [] },
  { title: 'to nothing, two pairs at once', places: [3, 4], line: 0, forged: [] },
  { title: 'to one that has its own and to nothing', places: [3, 4], line: 2, forged: [{ lines: pair(5) }] }
]
for (const { title, places, line, forged } of late) {
  void test(`the database refuses entries that are added ${title}, balanced as they are`, async (t) => {
    const act = async (tx: Tx): Promise<void> => {
      if (forged.length > 0) await forge(tx, forged)
      await tx.query(pairsAt(places, line))
    }
    await t.rejects(inTenant(act), { code: '23514', message: /without them/ })
  })
}

void test('its database is dropped at the end', async () => close())
