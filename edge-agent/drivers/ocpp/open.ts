import { WebSocketServer, type WebSocket } from 'ws'
import type { ChargerDriver } from '../contract.ts'
import { openAdmission, decline, type Admitted } from './door/admit.ts'
import { listen, type Knock, type Listener } from './door/listen.ts'
import { openLink, type Link, type LinkNeeds } from './link/link.ts'
import { openLinks, type Links } from './link/links.ts'
import { openParked } from './link/parked.ts'
import { ordersOf } from './chargers.ts'
import type { OcppNeeds } from './needs.ts'
import { openFindings, type Findings } from './findings/finding.ts'
import { loadValidators16 } from './schemas/validators.ts'

export type OcppDriver = ChargerDriver &
  Required<Pick<ChargerDriver, 'keepList'>> & {
    readonly addresses: {
      readonly plain: { readonly host: string; readonly port: number }
      readonly tls: { readonly host: string; readonly port: number } | null
    }
  }

/**
 * Opens the OCPP-J server. @throws when the schemas were not generated or a port is taken (`EADDRINUSE`).
 */
export async function openOcppDriver(needs: OcppNeeds): Promise<OcppDriver> {
  const validators = loadValidators16()
  const links = openLinks(needs)
  const parked = openParked(needs)
  const admission = openAdmission(needs)
  const findings = openFindings(needs.capabilities)
  const enter = openEntrance(needs, { links, parked, validators, findings })
  const knocked = (knock: Knock) => {
    const admitted = admission.admit(knock)
    if (admitted) enter(knock, admitted)
  }
  const plain = await listen(needs, false, knocked)
  const tls = needs.settings.tls ? await listen(needs, true, knocked).catch(closing(plain)) : null
  const listeners = tls ? [plain, tls] : [plain]
  const timer = setInterval(() => {
    const now = needs.clock.monotonic()
    for (const each of [...listeners, parked]) each.tick(now)
    for (const link of links.all()) link.tick()
  }, needs.limits.tickMs)
  return {
    addresses: { plain: plain.address, tls: tls?.address ?? null },
    ...ordersOf(needs, { links, validators, findings }),
    drop(chargerId, reason) {
      parked.drop(needs.charger(chargerId)?.identity ?? chargerId, reason)
      void links.find(chargerId)?.end(1000, reason)
    },
    async close() {
      clearInterval(timer)
      admission.close()
      parked.close()
      await Promise.all([...links.all()].map((link) => link.end(1001, 'the edge agent stops')))
      await Promise.all(listeners.map((each) => each.close()))
    }
  }
}

const closing =
  (plain: Listener) =>
  async (cause: unknown): Promise<never> => {
    await plain.close()
    throw cause
  }

type Rooms = {
  readonly links: Links
  readonly parked: ReturnType<typeof openParked>
  readonly validators: ReturnType<typeof loadValidators16>
  readonly findings: Findings
}

/** From an admitted knock to a link or a parking place. */
function openEntrance(needs: OcppNeeds, rooms: Rooms) {
  const { links, parked } = rooms
  const known = openUpgrade(needs.limits.payloadBytes)
  const strangers = openUpgrade(needs.limits.parkedPayloadBytes)
  return (knock: Knock, admitted: Admitted) => {
    const { claim } = admitted
    if (admitted.kind === 'unclaimed') {
      if (!parked.room()) return decline(needs, knock, 503, 'parking is full', { 'Retry-After': '60' })
      return strangers(knock, (ws) => parked.park(ws, claim))
    }
    const { chargerId } = admitted
    const { address, protocol, secure } = claim
    links.makeRoom(knock, chargerId, () => {
      const configured = needs.charger(chargerId)
      if (!configured) return decline(needs, knock, 404, 'charger is gone')
      known(knock, (ws) =>
        enter(needs, rooms, ws, { who: { chargerId, protocol, address, secure }, configured })
      )
    })
  }
}

function enter(
  needs: OcppNeeds,
  { links, validators, findings }: Rooms,
  ws: WebSocket,
  { who, configured }: Pick<LinkNeeds, 'who' | 'configured'>
): void {
  const { chargerId, protocol } = who
  const { profile } = configured.security
  const count = () => needs.metrics.connections(protocol, profile, alike(links, protocol, profile))
  const over = () => {
    if (links.find(chargerId) === link) links.remove(chargerId)
    count()
  }
  const link: Link = openLink(ws, {
    ...needs,
    who,
    configured,
    validators,
    over,
    finding: findings.of(chargerId)
  })
  links.put(link)
  count()
}

const alike = (links: Links, protocol: string, profile: number): number =>
  [...links.all()].filter(
    (link) => link.who.protocol === protocol && link.charger.security.profile === profile
  ).length

/** Completes the WebSocket handshake; the sub-protocol was agreed upon at the door. */
function openUpgrade(maxPayload: number) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    clientTracking: false,
    perMessageDeflate: false, // OCPP 1.6 has none, so nothing can be inflated here (O12).
    handleProtocols: (offered) => (offered.has('ocpp1.6') ? 'ocpp1.6' : false)
  })
  return ({ request, socket, head, taken }: Knock, then: (ws: WebSocket) => void) =>
    server.handleUpgrade(request, socket, head, (ws) => {
      then(ws)
      taken()
    })
}
