import { CommandStatus } from '@nova/shared-protocol/messages'
import { z } from 'zod'

/** Kinds in the event log. */
export const kinds = {
  /** Key: the site. */
  chargersChanged: 'fleet.chargers-changed.v1',
  /** Key: the tenant; tokens are valid at all its sites. */
  tokensChanged: 'fleet.tokens-changed.v1',
  /** A command has come to its end, whoever found out; key: the site. */
  commandSettled: 'fleet.command-settled.v1'
} as const

export const ChargersChanged = z.object({ siteId: z.string() })
export type ChargersChanged = z.infer<typeof ChargersChanged>

export const CommandSettled = z.object({
  commandId: z.uuid(),
  siteId: z.string(),
  chargerId: z.string(),
  action: z.string(),
  status: CommandStatus,
  error: z.string().nullable()
})
export type CommandSettled = z.infer<typeof CommandSettled>
