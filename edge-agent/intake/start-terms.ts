import { connectorKey } from '@nova/shared-protocol/model'
import { choosePlan } from '@nova/shared-protocol/tariff'
import { answered, type Pending, type Verdict } from '../core/authorisation/index.ts'
import { msOf, type StartTerms } from '../core/sessions/index.ts'
import type { StartReport } from '../drivers/contract.ts'
import { tokenOf } from './ask-cloud.ts'
import { pendingStarts } from './pending.ts'
import { heldFor } from './reservations.ts'
import type { Room } from './room.ts'

/** The remote start that this one answers, if any. */
export function orderFor(room: Room, report: StartReport): Pending | undefined {
  const at = isFromBacklog(room, report) ? (msOf(report.at) ?? room.needs.now()) : room.needs.now()
  return answered(pendingStarts(room), { connector: connectorKey(report), tokenUid: report.tokenUid }, at)
}

type Decided = { readonly pending: Pending | undefined; readonly verdict: Verdict }

/** What was decided elsewhere of a session that begins: its order, price, cap and token. */
export function termsOf(room: Room, report: StartReport, { pending, verdict }: Decided): StartTerms {
  const refused = verdict.status === 'accepted' ? null : verdict.status
  return {
    sessionId: pending?.sessionId ?? null,
    commandId: pending?.commandId ?? null,
    tariff: pinOf(room, report, pending?.tariffId),
    cap: capOf(pending, verdict),
    group: verdict.group,
    offline: isFromBacklog(room, report),
    // Of a good token, only busy elsewhere, what flows all the same is billed.
    tokenProblem: refused && refused !== 'concurrent' ? `${refused}: ${verdict.because}` : null,
    priced: pricedBy(room, report, pending),
    refused
  }
}

/** What prices may ask for of this driver: as the order says, else as the card's list does. */
function pricedBy(room: Room, report: StartReport, pending: Pending | undefined): StartTerms['priced'] {
  const groups = pending?.priceGroups ?? tokenOf(room, report.tokenUid)?.priceGroups ?? []
  const coupons = pending?.coupons ?? []
  const reservedFrom = heldFor(room, report)?.madeAt ?? null
  return { groups, coupons, reservedFrom }
}

function capOf(pending: Pending | undefined, { maxEnergyWh }: Verdict): StartTerms['cap'] {
  if (pending?.maxEnergyWh !== undefined) return { maxEnergyWh: pending.maxEnergyWh, because: 'order-energy' }
  return maxEnergyWh === null ? null : { maxEnergyWh, because: 'energy-cap' }
}

/** The tariff is pinned by what was in force when the session began, not when its start was heard. */
function pinOf(room: Room, report: StartReport, named: string | undefined): StartTerms['tariff'] {
  const { plans, defaults } = room.config.now.tariffs
  const at = msOf(report.at) === null ? report.heardAt : report.at
  const chosen = choosePlan({ plans, defaults, connector: connectorKey(report), named, at })
  return chosen ? { tariffId: chosen.plan.tariffId, version: chosen.plan.version } : null
}

/** Began before this connection was made: the charger had it in its backlog. */
function isFromBacklog(room: Room, { chargerId, at }: StartReport): boolean {
  const since = room.hot.isConnected(chargerId) ? room.hot.linkChangedAt(chargerId) : null
  const began = msOf(at)
  return since !== null && began !== null && began < since
}
