import { Command, commandText, readOrder, type Order } from '@nova/shared-protocol/messages'

/** What is known when a command arrives. */
export type Bench = {
  readonly site: string
  readonly epoch: number
  readonly now: number // Unix ms.
  readonly chargers: ReadonlySet<string>
  /** null: no key is configured. */
  readonly signatureFits: ((text: string, signature: string) => boolean) | null
}

/**
 * `ignore`: nobody can be told. `refuse`: the sender is told, nothing is kept, for whoever it was had no right
 * to this site or time. `end`: a true command that ends here; its end is kept and becomes a fact. `go`: do it.
 */
export type Verdict =
  | { readonly kind: 'ignore'; readonly because: string }
  | { readonly kind: 'refuse'; readonly command: Command; readonly because: string }
  | {
      readonly kind: 'end'
      readonly command: Command
      readonly status: 'rejected' | 'expired'
      readonly because: string
    }
  | { readonly kind: 'go'; readonly command: Command; readonly order: Order }

/** Reliability N5, N7: form, site, signature, epoch, expiry, in this order; the counter is checked where it is kept. */
export function judge(text: string, bench: Bench): Verdict {
  const command = read(text)
  if (command === undefined) return { kind: 'ignore', because: 'malformed' }
  const foreign = strangeness(command, bench)
  if (foreign !== undefined) return { kind: 'refuse', command, because: foreign }
  // A younger process acts for this site and hears this too: a word of ours would be taken for its answer.
  if (command.epoch > bench.epoch) return { kind: 'ignore', because: 'meant for a younger process' }
  if (Date.parse(command.expiresAt) <= bench.now) {
    return { kind: 'end', command, status: 'expired', because: `expired at ${command.expiresAt}` }
  }
  if (!bench.chargers.has(command.chargerId)) {
    return {
      kind: 'end',
      command,
      status: 'rejected',
      because: `charger ${command.chargerId} is unknown at this site`
    }
  }
  const understood = readOrder(command.action, command.payload)
  return 'order' in understood
    ? { kind: 'go', command, order: understood.order }
    : { kind: 'end', command, status: 'rejected', because: understood.problem }
}

function read(text: string): Command | undefined {
  try {
    const parsed = Command.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function strangeness(command: Command, { site, epoch, signatureFits }: Bench): string | undefined {
  if (command.site !== site) return `meant for site ${command.site}`
  if (signatureFits === null) return 'this edge has no key to check commands with'
  if (!signatureFits(commandText(command), command.signature)) return 'the signature does not fit'
  if (command.epoch < epoch) return `for epoch ${command.epoch}; this process has ${epoch}`
  return undefined
}
