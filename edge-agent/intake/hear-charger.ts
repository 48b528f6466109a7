import type { Fact } from '@nova/shared-protocol/messages'
import { connectorKey, type Registration } from '@nova/shared-protocol/model'
import { booted, newestOpen, statusHeard } from '../core/sessions/index.ts'
import { reported } from '../core/shadow/index.ts'
import type { BootReport, Claim, Door, StatusReport } from '../drivers/contract.ts'
import { change } from './change.ts'
import type { Unclaimed } from './contract.ts'
import { statusField } from './hot.ts'
import { cutSign, statusSign } from './standing.ts'
import { count, instant, logOnce, type Room } from './room.ts'

/** A notice is for looking at; more than this of one kind is not kept. */
const longestNotice = 4_000

export function hearClaim(room: Room, claim: Claim): Door {
  const door = room.door.claim(claim)
  count(room, `door-${door.kind}`)
  if (door.kind === 'welcome') room.alarms.clear('charger-refused', door.chargerId)
  if (door.kind === 'wrong-credentials' || door.kind === 'slow-down') {
    const charger = room.config.now.chargers.find(({ identity }) => identity === claim.identity)
    room.alarms.raise({
      code: 'charger-refused',
      severity: 'warning',
      subject: charger?.id ?? claim.identity,
      detail: `wrong credentials from ${claim.address}`,
      advice:
        'Compare the password in the charger with the one configured here, and see who owns this address.'
    })
  }
  return door
}

export type LinkReport = { readonly address: string; readonly protocol: string; readonly at: string }

export async function hearConnected(room: Room, chargerId: string, link: LinkReport): Promise<void> {
  const { address, protocol, at } = link
  await hearLink(
    room,
    { chargerId, online: true, at, reason: `connected from ${address}` },
    { online: true, since: at, address, protocol }
  )
  room.alarms.clear('charger-offline', chargerId)
}

export async function hearDisconnected(
  room: Room,
  chargerId: string,
  gone: { at: string; reason: string }
): Promise<void> {
  const { at, reason } = gone
  const before = room.hot.link(chargerId)
  const link = { online: false, since: at, address: before?.address ?? '', protocol: before?.protocol ?? '' }
  await hearLink(room, { chargerId, online: false, at, reason: reason.slice(0, 200) }, link)
}

type Connection = {
  readonly chargerId: string
  readonly online: boolean
  readonly at: string
  readonly reason: string
}
type Link = LinkReport extends infer Report
  ? Omit<Report & { readonly online: boolean; readonly since: string }, 'at'>
  : never

async function hearLink(room: Room, connection: Connection, link: Link): Promise<void> {
  const { chargerId, at, online } = connection
  const before = room.hot.linkChangedAt(chargerId)
  room.hot.setLink(chargerId, link)
  await change(room, (apply) => {
    if (!online) cutSign(room, apply, { chargerId, at, link: before })
    room.hot.save(chargerId, 'link', link, at)
    append(room, `connection/${chargerId}/${at}/${online}`, { kind: 'charger.connection.v1', ...connection })
  })
}

export async function hearBoot(room: Room, report: BootReport): Promise<{ registration: Registration }> {
  const { chargerId, heardAt, protocol } = report
  const registration = room.config.now.byId.get(chargerId)?.registration ?? 'pending'
  const says = {
    vendor: report.vendor.slice(0, 50),
    model: report.model.slice(0, 50),
    serial: report.serial?.slice(0, 50) ?? null,
    firmware: report.firmware?.slice(0, 50) ?? null
  }
  await change(room, (apply) => {
    apply(booted(room.book, chargerId, heardAt))
    room.hot.save(chargerId, 'boot', { ...says, registration, at: heardAt }, heardAt)
    append(room, `boot/${chargerId}/${heardAt}`, {
      kind: 'charger.booted.v1',
      chargerId,
      at: heardAt,
      protocol,
      registration,
      ...says
    })
  })
  return { registration }
}

/** Older than what is known (a station that comes back tells its past first): counted, otherwise without effect. */
export async function hearStatus(room: Room, report: StatusReport): Promise<void> {
  const { status, suspendedBy, errorCode, info, at, heardAt } = report
  const before = room.hot.state(report)
  const { state, taken } = reported(before, { status, suspendedBy, errorCode, info, at, heardAt })
  room.hot.setState(report, state)
  if (!taken) {
    count(room, 'status-stale')
    room.hot.questions.doubted(report)
    return
  }
  room.hot.questions.settled(report)
  watchFault(room, report)
  const isNews = before.reported?.status !== status || before.reported.suspendedBy !== suspendedBy
  await change(
    room,
    (apply) => {
      room.hot.save(report.chargerId, statusField(report), state.reported, heardAt)
      const session = newestOpen(room.book, report)
      if (session && (status === 'charging' || status === 'suspended'))
        apply(statusHeard(session, { status, suspendedBy: pausedBy(room, report), at, heardAt }))
      statusSign(room, apply, report)
    },
    isNews ? 'now' : 'soon'
  )
}

/** While we give a car nothing it cannot take any: its pause is then ours, and no idling of its driver. */
const pausedBy = ({ needs }: Room, report: StatusReport): StatusReport['suspendedBy'] =>
  report.suspendedBy === 'ev' && needs.limitMilliA(connectorKey(report)) === 0 ? 'evse' : report.suspendedBy

function watchFault(room: Room, report: StatusReport): void {
  const subject = connectorKey(report)
  if (report.status !== 'faulted') {
    room.alarms.clear('connector-faulted', subject)
    return
  }
  room.alarms.raise({
    code: 'connector-faulted',
    severity: 'warning',
    subject,
    detail: `${report.errorCode ?? 'fault'}${report.info ? `: ${report.info}` : ''}`,
    advice: 'See what the charger shows; a reset order may clear it, otherwise send somebody.'
  })
}

export async function hearNotice(
  room: Room,
  notice: { chargerId: string; what: string; detail: unknown }
): Promise<void> {
  const { chargerId, what, detail } = notice
  count(room, `notice-${what.slice(0, 40)}`)
  if (what === 'impostor') raiseImpostor(room, chargerId, detail)
  const text = JSON.stringify(detail) ?? 'null'
  const kept = text.length <= longestNotice ? detail : { cut: text.slice(0, longestNotice) }
  await change(
    room,
    () => room.hot.save(chargerId, `notice/${what.slice(0, 60)}`, kept, instant(room.needs.now())),
    'soon'
  )
}

/** Two with the same credentials: one of them has copied them. Open until a person has changed the password. */
function raiseImpostor(room: Room, chargerId: string, detail: unknown): void {
  room.alarms.raise({
    code: 'charger-impostor',
    severity: 'urgent',
    subject: chargerId,
    detail: `a second connection with its credentials was refused: ${JSON.stringify(detail)}`,
    advice: 'Give the charger a new password and find out who holds the old one.'
  })
}

export function hearUnclaimed(
  room: Room,
  knock: { identity: string; address: string; protocol: string; says: Readonly<Record<string, string>> }
): void {
  // Parked before it was configured, and not gone yet: nothing is wrong with it any more.
  if (room.config.now.chargers.some(({ identity }) => identity === knock.identity)) return
  count(room, 'unclaimed')
  if (!room.unclaimed.note(knock)) return
  const stranger = room.unclaimed.list().find(({ identity }) => identity === knock.identity.slice(0, 48))
  // A site that was just unpacked has not been told its own chargers yet: it waits a little with its alarm.
  if (stranger && !room.unclaimed.isToldLater(room.config.now.chargers.length, stranger.identity))
    tellStranger(room, stranger)
}

/** Those that waited for their site to hear of them, and that nobody has named meanwhile. */
export function tellStrangers(room: Room): void {
  for (const stranger of room.unclaimed.ripe(room.config.now.chargers.length)) tellStranger(room, stranger)
}

function tellStranger(room: Room, { identity, protocol, address, says }: Unclaimed): void {
  const at = instant(room.needs.now())
  const fact: Fact = { kind: 'charger.unclaimed.v1', identity, at, protocol, address, says }
  change(room, () => append(room, `unclaimed/${identity}/${at}`, fact), 'soon').catch((error: unknown) =>
    logOnce(room, 'an unclaimed charger could not be stored', { error: String(error) })
  )
  room.alarms.raise({
    code: 'charger-unclaimed',
    severity: 'info',
    subject: identity,
    detail: `knocked from ${address}, nobody has configured it`,
    advice: 'Configure it if it is yours; if not, find out what stands at this address.'
  })
}

export function hearRejected(
  room: Room,
  refused: { chargerId: string; reason: string; sample: string }
): void {
  count(room, `rejected-${refused.reason.slice(0, 40)}`)
  const { chargerId, reason, sample } = refused
  logOnce(room, `message of ${chargerId} refused: ${reason.slice(0, 100)}`, {
    chargerId,
    sample: sample.slice(0, 200)
  })
}

/** In a commit. */
export function append({ needs }: Room, key: string, fact: Fact): void {
  needs.store.outbox.append('facts', key, JSON.stringify(fact))
}
