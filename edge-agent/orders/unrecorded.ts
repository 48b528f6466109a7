import type { CommandRecord, NewCommand, Step } from './needs.ts'

const most = 100 // Stops during one trouble of the disk; older ones are forgotten, their senders were answered.

/** Commands that were carried out while the store took nothing: known to this process only, and marked so. */
export type Unrecorded = {
  begin(command: NewCommand, at: string): void
  /** @returns the end with its mark, null for a command that is recorded */
  end(id: string, step: Step): Step | null
  find(id: string): CommandRecord | null
}

export function openUnrecorded(): Unrecorded {
  const known = new Map<string, CommandRecord>()
  return {
    begin(command, at) {
      const history = [{ status: 'sent' as const, at }]
      known.set(command.id, { ...command, status: 'sent', result: null, error: null, history })
      for (const oldest of [...known.keys()].slice(0, -most)) known.delete(oldest)
    },
    end(id, step) {
      const record = known.get(id)
      if (!record) return null
      const result = { ...objectOf(step.result), recorded: false }
      const history = [...record.history, { status: step.status, at: step.at }]
      known.set(id, { ...record, status: step.status, result, error: step.error ?? null, history })
      return { ...step, result }
    },
    find: (id) => known.get(id) ?? null
  }
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
