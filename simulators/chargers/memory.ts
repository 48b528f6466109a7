import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Body } from './body.ts'

const Card = z.strictObject({
  status: z.enum(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx']),
  expiryDate: z.string().exactOptional(),
  parentIdTag: z.string().exactOptional()
})

/** What a station keeps in its flash: registers, running transactions, what still has to be told, its list of cards. */
const Memory = z.strictObject({
  registersMilliJ: z.array(z.number()),
  transactions: z.array(
    z
      .strictObject({
        local: z.string(),
        id: z.int().nullable(),
        idTag: z.string(),
        startedMs: z.number(),
        meterStartWh: z.int()
      })
      .nullable()
  ),
  backlog: z.array(
    z.strictObject({
      action: z.enum(['StartTransaction', 'MeterValues', 'StopTransaction']),
      local: z.string(),
      payload: z.record(z.string(), z.unknown()),
      tries: z.int()
    })
  ),
  transactionIds: z.array(z.tuple([z.string(), z.int()])),
  localList: z // Absent in files of before there were lists.
    .strictObject({ version: z.int(), entries: z.array(z.tuple([z.string(), Card])) })
    .optional()
})

/** Written whole or not at all. */
export function remember(file: string, body: Body): void {
  const memory: z.infer<typeof Memory> = {
    registersMilliJ: body.outlets.map(({ registerMilliJ }) => registerMilliJ),
    transactions: body.outlets.map(({ transaction }) => transaction),
    backlog: body.backlog,
    transactionIds: [...body.transactionIds],
    localList: { version: body.localList.version, entries: [...body.localList.entries] }
  }
  writeFileSync(`${file}.new`, JSON.stringify(memory))
  renameSync(`${file}.new`, file)
}

/** @throws when the file is there but is not ours; a missing file is a new station */
export function recall(file: string, body: Body): void {
  const text = readIfThere(file)
  if (text === null) return
  const memory = Memory.parse(JSON.parse(text))
  body.backlog = memory.backlog
  body.transactionIds = new Map(memory.transactionIds)
  if (memory.localList) {
    const { version, entries } = memory.localList
    body.localList = { version, entries: new Map(entries) }
  }
  for (const [index, outlet] of body.outlets.entries()) {
    outlet.registerMilliJ = memory.registersMilliJ[index] ?? 0
    outlet.transaction = memory.transactions[index] ?? null
    if (outlet.transaction) outlet.sampledMs = body.nowMs
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  }
}
