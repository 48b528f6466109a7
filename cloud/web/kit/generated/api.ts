// Interim, by interface.md; replaced by generate-api.ts from /api/v1/openapi.json.
type Money = { currency: string; amountMinor: number }
type List<T> = { items: T[]; nextCursor: string | null }
type Command = { id: string; chargerId: string; action: string; payload: unknown; status: string; issuer: string; issuedAt: string; expiresAt: string; result?: unknown; error: string | null; history: { status: string; at: string }[] }
type Limit = { setBy: string; changedAt: string; source: string; limitW?: number; limitA?: [number, number, number]; from?: string; until?: string; reason: string }
type Site = { id: string; name: string; timeZone: string; currency: string; latitude: number | null; longitude: number | null; distanceM?: number; grid: { limitA: [number, number, number]; voltageV: number }; circuits: { id: string; parent: string; limitA: [number, number, number] }[] }
type Connector = { id: string; siteId: string; chargerId: string; evseId: number; connectorId: number; type: string; maxPowerW: number; status: string; errorCode: string | null; sessionId: string | null; tokenUid: string | null; powerW: number | null; energyWh: number | null; costMinor: number | null; socPercent: number | null; limitW: number | null; limitReason: string | null; updatedAt: string | null }
type Session = { failure: { code: string; detail: string } | null; createdAt: string; driverId: string | null; id: string; siteId: string; chargerId: string; connectorId: string; tokenUid: string | null; status: string; startedAt: string | null; endedAt: string | null; meterStartWh: number | null; meterStopWh: number | null; energyWh: number | null; cost: Money | null; tariffId: string | null; tariffVersion: number | null; stopReason: string | null; provisional: boolean }
type Charger = { id: string; siteId: string; protocol: string; identity: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; evses: { id: number; connectors: { id: number; type: string; maxPowerW: number }[] }[] }
type Allocation = { at: string; limitMilliA: [number, number, number]; limitW: number; limitReason: string; limits: { source: string; limitW?: number; limitA?: number[]; from?: string; until?: string; reason: string }[]; baseLoadW: number; siteW: number | null; meter: 'good' | 'silent' | 'untrusted' | 'none'; missingW: number; connectors: { chargerId: string; evseId: number; connectorId: number; limitMilliA: number; committedMilliA: number; powerW: number | null; limitW: number; reason: string }[] }
type Segment = { name?: string; start: string; end: string; weekdays?: number[]; electricityPrice: string; servicePrice: string }
type Tariff = { id: string; version: number; name: string; priority: number; validFrom: string | null; validUntil: string | null; createdAt: string; currency: string; segments: Segment[]; fallback?: { electricityPrice: string; servicePrice: string }; assignments: { siteId: string; connector: string | null; fallback: boolean }[] }
type Entry = { sequence: number; line: number; transfer: string; kind: string; phase: string; party: string; purpose: string; amount: Money; sessionId: string | null; memo: string; at: string }
type Marks = { first: number; last: number; durable: number }
type Edge = { siteId: string; inTouch: boolean; seenAt: string | null; epoch: number; version: string | null; startedAt: string | null; outbox: { facts: Marks; history: Marks } | null; alarms: number | null }
type Alarm = { id: string; siteId: string; code: string; severity: string; subject: string; detail: string; advice: string; raisedAt: string; clearedAt: string | null; acknowledgedAt: string | null; acknowledgedBy: string | null }
type Token = { uid: string; type: string; driverId: string | null; groupId: string | null; status: string }
export type Api = {
  'GET /about': { body: never; answer: { version: string; profile: string; demo?: { signIns: { email: string }[]; password: string } } }
  'POST /auth/login': { body: { email: string; password: string; otp?: string }; answer: { accessToken: string; refreshToken: string; expiresInSeconds: number } }
  'GET /sites': { body: never; answer: List<Site> }
  'GET /sites/{id}': { body: never; answer: Site }
  'GET /sites/{id}/power': { body: never; answer: List<{ at: string; limitW: number | null; reason: string; siteW: number | null; baseLoadW: number | null; connectors: Record<string, number | null> }> }
  'GET /sites/{id}/limits': { body: never; answer: List<Limit> }
  'PUT /sites/{id}/limits/{source}': { body: unknown; answer: Limit }
  'DELETE /sites/{id}/limits/{source}': { body: never; answer: undefined }
  'GET /connectors': { body: never; answer: List<Connector> }
  'GET /connectors/{id}': { body: never; answer: Connector }
  'GET /chargers': { body: never; answer: List<Charger> }
  'GET /chargers/{id}': { body: never; answer: Charger }
  'POST /chargers': { body: unknown; answer: Charger }
  'POST /chargers/{id}/commands': { body: unknown; answer: { id: string; status: string } }
  'GET /unclaimed': { body: never; answer: List<{ siteId: string; identity: string; protocol: string; address: string; firstAt: string; lastAt: string; says: Record<string, string> | null }> }
  'GET /commands': { body: never; answer: List<Command> }
  'GET /commands/{id}': { body: never; answer: Command }
  'GET /edges': { body: never; answer: List<Edge> }
  'GET /alarms': { body: never; answer: List<Alarm> }
  'GET /tokens': { body: never; answer: List<Token> }
  'POST /tokens': { body: unknown; answer: Token }
  'PATCH /tokens/{uid}': { body: unknown; answer: Token }
  'GET /sessions': { body: never; answer: List<Session> }
  'GET /sessions/{id}': { body: never; answer: Session }
  'POST /sessions': { body: unknown; answer: { id: string; status: string } }
  'POST /sessions/{id}/stop': { body: unknown; answer: { id: string; status: string } }
  'GET /reviews': { body: never; answer: List<{ id: string; sessionId: string | null; siteId: string; chargerId: string | null; reason: string; detail: string; raisedAt: string; resolvedAt: string | null; resolvedBy: string | null; verdict: 'energy' | 'waived' | 'closed' | null; energyWh: number | null; note: string | null }> }
  'POST /reviews/{id}/resolve': { body: unknown; answer: unknown }
  'POST /alarms/{id}/acknowledge': { body: unknown; answer: Alarm }
  'POST /unclaimed/{siteId}/{identity}/claim': { body: unknown; answer: Charger }
  'GET /sites/{id}/allocation': { body: never; answer: { siteId: string; allocation: Allocation | null } }
  'GET /sessions/{id}/registers': { body: never; answer: { items: { at: string; registerWh: number; trust?: string }[] } }
  'GET /invoices': { body: never; answer: List<{ id: string; number: string; sessionId: string; lines: { name: string; part: string; quantity: string; unit: string; unitPrice: string; amountMinor: number; rule: string }[]; total: Money; issuedAt: string }> }
  'GET /chargers/{id}/commands': { body: never; answer: List<Command> }
  'GET /payment-methods': { body: never; answer: { items: { id: string; provider: string; label: string }[] } }
  'GET /payments': { body: never; answer: List<{ id: string; sessionId: string; provider: string; status: string; held: Money; captured: Money; refunded: Money; error: string | null; createdAt: string }> }
  'GET /tariffs': { body: never; answer: List<Tariff> }
  'GET /tariffs/{id}': { body: never; answer: Tariff & { versions: Tariff[] } }
  'POST /tariffs': { body: unknown; answer: { id: string; version: number } }
  'POST /tariffs/{id}/versions': { body: unknown; answer: { id: string; version: number } }
  'GET /ledger/accounts': { body: never; answer: List<{ id: number; party: string; purpose: string; balance: Money; pending: Money }> }
  'GET /ledger/entries': { body: never; answer: List<Entry> }
  'GET /ledger/verify': { body: never; answer: { ok: boolean; entries: number; headHash: string; firstBadEntry?: { sequence: number; reason: string } } }
}
