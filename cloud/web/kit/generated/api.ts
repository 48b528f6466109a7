// Made by `npm run api-types` from the cloud’s own description of its API; a test fails when it is stale.

export type Api = {
  'DELETE /api-keys/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'DELETE /chargers/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'DELETE /reservations/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; siteId: string; connectorId: string; driverId: string | null; status: "holding" | "asked" | "active" | "used" | "cancelled" | "expired" | "refused"; madeAt: string | null; expiresAt: string; endedAt: string | null; sessionId: string | null; createdAt: string; hold: { currency: string; amountMinor: number } | null; failure: string | null }
  }
  'DELETE /sites/{id}/limits/{source}': {
    path: { id: string; source: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /about': {
    path: {  }
    query: {  }
    body: undefined
    answer: { version: string; profile: "demo" | "none"; demo: { signIns: ({ email: string })[]; password: string } | null; map: { styleUrl: string | null } }
  }
  'GET /alarms': {
    path: {  }
    query: { limit?: number; cursor?: string; open?: "true" | "false"; siteId?: string }
    body: undefined
    answer: { items: ({ id: string; siteId: string; code: "charger-unclaimed" | "charger-refused" | "charger-impostor" | "charger-offline" | "charger-ignores-limit" | "charger-forgets-limit" | "connector-faulted" | "meter-silent" | "meter-untrusted" | "participant-silent" | "participant-ignores-limit" | "limit-out-of-reach" | "cloud-silent" | "storage-failing" | "storage-low" | "gateway-fenced" | "outbox-growing" | "message-rejected" | "session-review"; severity: "info" | "warning" | "urgent"; subject: string; detail: string; advice: string; sessionId: string | null; raisedAt: string; clearedAt: string | null; acknowledgedAt: string | null; acknowledgedBy: string | null })[]; nextCursor: string | null }
  }
  'GET /api-keys': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; name: string; prefix: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; permissions: (string)[]; createdAt: string; expiresAt: string | null; revokedAt: string | null })[]; nextCursor: string | null }
  }
  'GET /audit': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ sequence: number; at: string; actor: string; act: string; subject: string; detail: string; hash: string })[]; nextCursor: string | null }
  }
  'GET /audit/verify': {
    path: {  }
    query: {  }
    body: undefined
    answer: { ok: boolean; entries: number; headHash: string; firstBadEntry: number | null; because: string | null }
  }
  'GET /auth/me': {
    path: {  }
    query: {  }
    body: undefined
    answer: { userId: string; tenantId: string; email: string | null; name: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; permissions: (string)[]; driverId: string | null; totp: boolean }
  }
  'GET /billing/customers/{kind}/{id}': {
    path: { kind: "driver" | "fleet"; id: string }
    query: {  }
    body: undefined
    answer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined }
  }
  'GET /billing/places/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { country: string; region: string | null }
  }
  'GET /billing/seller': {
    path: {  }
    query: {  }
    body: undefined
    answer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined; timeZone: string; monthly: ("driver" | "fleet" | "tenant")[] }
  }
  'GET /cdr-corrections': {
    path: {  }
    query: { limit?: number; cursor?: string; status?: "awaiting-approval" | "applied" | "rejected" }
    body: undefined
    answer: { items: ({ id: string; cdrId: string; sessionId: string; status: "awaiting-approval" | "applied" | "rejected"; wanted: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined }; reason: string; difference: { currency: string; amountMinor: number }; large: boolean; requestedBy: string; requestedAt: string; decidedBy: string | null; decidedAt: string | null; creditCdrId: string | null; newCdrId: string | null })[]; nextCursor: string | null }
  }
  'GET /cdr-corrections/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; cdrId: string; sessionId: string; status: "awaiting-approval" | "applied" | "rejected"; wanted: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined }; reason: string; difference: { currency: string; amountMinor: number }; large: boolean; requestedBy: string; requestedAt: string; decidedBy: string | null; decidedAt: string | null; creditCdrId: string | null; newCdrId: string | null }
  }
  'GET /cdrs': {
    path: {  }
    query: { sessionId?: string }
    body: undefined
    answer: { items: ({ id: string; kind: "original" | "credit" | "replacement"; credits: string | null; replaces: string | null; correctionId: string | null; sessionId: string; siteId: string; connectorId: string; driverId: string | null; tokenUid: string | null; fleetId: string | null; country: string | null; startedAt: string; endedAt: string; energyWh: string; tariffId: string; tariffVersion: number; timeZone: string; total: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; rounding: { currency: string; amountMinor: number }; exact: string; lines: ({ name: string; part: "electricity" | "service"; quantity: string; unit: string; unitPrice: string; amountMinor: number; netMinor: number; taxMinor: number; taxCategory: string; taxPercent: string | null; rule: string; sessionId: string | null })[]; taxes: ({ name: string; category: string; percent: string | null; base: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; source: string | null; exemption: string | null })[]; issuedAt: string })[] }
  }
  'GET /cdrs/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; kind: "original" | "credit" | "replacement"; credits: string | null; replaces: string | null; correctionId: string | null; sessionId: string; siteId: string; connectorId: string; driverId: string | null; tokenUid: string | null; fleetId: string | null; country: string | null; startedAt: string; endedAt: string; energyWh: string; tariffId: string; tariffVersion: number; timeZone: string; total: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; rounding: { currency: string; amountMinor: number }; exact: string; lines: ({ name: string; part: "electricity" | "service"; quantity: string; unit: string; unitPrice: string; amountMinor: number; netMinor: number; taxMinor: number; taxCategory: string; taxPercent: string | null; rule: string; sessionId: string | null })[]; taxes: ({ name: string; category: string; percent: string | null; base: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; source: string | null; exemption: string | null })[]; issuedAt: string }
  }
  'GET /chargers': {
    path: {  }
    query: { limit?: number; cursor?: string; siteId?: string }
    body: undefined
    answer: { items: ({ id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; circuit?: string | undefined; phaseRotation: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR"; fallbackA?: number | undefined; registration: "accepted" | "pending" | "rejected"; managed: boolean; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /chargers/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; circuit?: string | undefined; phaseRotation: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR"; fallbackA?: number | undefined; registration: "accepted" | "pending" | "rejected"; managed: boolean; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; createdAt: string }
  }
  'GET /chargers/{id}/commands': {
    path: { id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; siteId: string; chargerId: string; action: string; payload: unknown; issuer: string; status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; result?: unknown | undefined; error: string | null; history: ({ status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; at: string })[]; issuedAt: string; expiresAt: string })[]; nextCursor: string | null }
  }
  'GET /commands': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; siteId: string; chargerId: string; action: string; payload: unknown; issuer: string; status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; result?: unknown | undefined; error: string | null; history: ({ status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; at: string })[]; issuedAt: string; expiresAt: string })[]; nextCursor: string | null }
  }
  'GET /commands/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; siteId: string; chargerId: string; action: string; payload: unknown; issuer: string; status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; result?: unknown | undefined; error: string | null; history: ({ status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed"; at: string })[]; issuedAt: string; expiresAt: string }
  }
  'GET /connectors': {
    path: {  }
    query: { limit?: number; cursor?: string; siteId?: string; chargerId?: string; status?: "available" | "preparing" | "charging" | "suspended" | "finishing" | "reserved" | "unavailable" | "faulted" | "offline" }
    body: undefined
    answer: { items: ({ id: string; siteId: string; chargerId: string; evseId: number; connectorId: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; status: "available" | "preparing" | "charging" | "suspended" | "finishing" | "reserved" | "unavailable" | "faulted" | "offline"; errorCode: string | null; sessionId: string | null; tokenUid: string | null; powerW: number | null; energyWh: number | null; costMinor: number | null; socPercent: number | null; limitW: number | null; limitReason: string | null; expectedFullAt: string | null; updatedAt: string | null })[]; nextCursor: string | null }
  }
  'GET /connectors/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; siteId: string; chargerId: string; evseId: number; connectorId: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; status: "available" | "preparing" | "charging" | "suspended" | "finishing" | "reserved" | "unavailable" | "faulted" | "offline"; errorCode: string | null; sessionId: string | null; tokenUid: string | null; powerW: number | null; energyWh: number | null; costMinor: number | null; socPercent: number | null; limitW: number | null; limitReason: string | null; expectedFullAt: string | null; updatedAt: string | null }
  }
  'GET /connectors/{id}/quote': {
    path: { id: string }
    query: { tariffId?: string; maxEnergyWh?: number; reserveMinutes?: number; coupon?: string }
    body: undefined
    answer: { connectorId: string; siteId: string; timeZone: string; tariffId: string; tariffVersion: number; because: "named" | "connector" | "site" | "fallback"; prices: { currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined }; maxEnergyWh: number; hold: { currency: string; amountMinor: number }; rules: { currency: string; tax: "added" | "included" | "none"; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | null; coupon: string | null; reservation: { ifUsed: { currency: string; amountMinor: number }; ifNobodyComes: { currency: string; amountMinor: number } } | null }
  }
  'GET /coupons': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ code: string; name: string; validFrom: string | null; validUntil: string | null; mostUses: number; uses: number; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /coupons/{code}/uses': {
    path: { code: string }
    query: {  }
    body: undefined
    answer: { items: ({ driverId: string; sessionId: string; usedAt: string })[] }
  }
  'GET /driver-groups': {
    path: {  }
    query: { limit?: number; cursor?: string; driverId?: string }
    body: undefined
    answer: { items: ({ driverId: string; groups: (string)[] })[]; nextCursor: string | null }
  }
  'GET /edges': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ siteId: string; inTouch: boolean; seenAt: string | null; epoch: number; version: string | null; startedAt: string | null; outbox: { facts: { first: number; last: number; durable: number }; history: { first: number; last: number; durable: number } } | null; desired: Record<string, number> | null; alarms: number | null; storage: "good" | "low" | "failing" | null })[]; nextCursor: string | null }
  }
  'GET /fleet-accounts': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; name: string; limit: { currency: string; amountMinor: number }; used: { currency: string; amountMinor: number }; active: boolean })[] }
  }
  'GET /fleet-accounts/statements': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; digest: string; status: "proposed" | "confirmed" | "rejected"; uploadedBy: string; uploadedAt: string; decidedBy: string | null })[] }
  }
  'GET /fleet-accounts/statements/{statementId}': {
    path: { statementId: string }
    query: {  }
    body: undefined
    answer: { id: string; digest: string; status: "proposed" | "confirmed" | "rejected"; uploadedBy: string; uploadedAt: string; decidedBy: string | null; posted: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; wouldPost: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; proposed: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; known: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; unmatched: ({ reference: string; amount: { currency: string; amountMinor: number }; bookedOn: string; text: string })[] }
  }
  'GET /fleet-accounts/{id}/payments': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[] }
  }
  'GET /fleet-accounts/{id}/reversals': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; receiptId: string; reason: string; replacement: { fleetId: string; amountMinor: number; invoiceNumber: string | null } | null; status: "proposed" | "posted" | "rejected"; askedBy: string; askedAt: string; decidedBy: string | null })[] }
  }
  'GET /fx/rates': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ base: string; quote: string; rate: string; source: string; validAt: string; id: string; enteredBy: string })[] }
  }
  'GET /invoices': {
    path: {  }
    query: { limit?: number; cursor?: string; sessionId?: string; kind?: "receipt" | "credit-note" | "monthly"; scope?: "driver" | "fleet" | "tenant"; customer?: string }
    body: undefined
    answer: { items: ({ id: string; kind: "receipt" | "credit-note" | "monthly"; number: string; scope: "driver" | "fleet" | "tenant" | null; customer: string | null; cdrId: string | null; sessionId: string | null; siteId: string | null; chargerId: string | null; connectorId: string | null; driverId: string | null; tokenUid: string | null; startedAt: string | null; endedAt: string | null; energyWh: string | null; tariffId: string | null; tariffVersion: number | null; timeZone: string; period: { from: string; until: string } | null; about: string | null; reason: string | null; seller: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined } | null; buyer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined } | null; lines: ({ name: string; part: "electricity" | "service"; quantity: string; unit: string; unitPrice: string; amountMinor: number; netMinor: number; taxMinor: number; taxCategory: string; taxPercent: string | null; rule: string; sessionId: string | null })[]; taxes: ({ name: string; category: string; percent: string | null; base: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; source: string | null; exemption: string | null })[]; electricity: { currency: string; amountMinor: number }; service: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; rounding: { currency: string; amountMinor: number }; total: { currency: string; amountMinor: number }; paid: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; exact: string | null; issuedAt: string })[]; nextCursor: string | null }
  }
  'GET /invoices/numbering': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ series: string; year: number; last: number; invoices: number; gapless: boolean })[] }
  }
  'GET /invoices/runs': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; month: string; scope: "driver" | "fleet" | "tenant"; status: "open" | "done"; invoices: number; askedBy: string; askedAt: string; doneAt: string | null })[] }
  }
  'GET /invoices/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; kind: "receipt" | "credit-note" | "monthly"; number: string; scope: "driver" | "fleet" | "tenant" | null; customer: string | null; cdrId: string | null; sessionId: string | null; siteId: string | null; chargerId: string | null; connectorId: string | null; driverId: string | null; tokenUid: string | null; startedAt: string | null; endedAt: string | null; energyWh: string | null; tariffId: string | null; tariffVersion: number | null; timeZone: string; period: { from: string; until: string } | null; about: string | null; reason: string | null; seller: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined } | null; buyer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined } | null; lines: ({ name: string; part: "electricity" | "service"; quantity: string; unit: string; unitPrice: string; amountMinor: number; netMinor: number; taxMinor: number; taxCategory: string; taxPercent: string | null; rule: string; sessionId: string | null })[]; taxes: ({ name: string; category: string; percent: string | null; base: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; source: string | null; exemption: string | null })[]; electricity: { currency: string; amountMinor: number }; service: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; rounding: { currency: string; amountMinor: number }; total: { currency: string; amountMinor: number }; paid: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; exact: string | null; issuedAt: string }
  }
  'GET /invoices/{id}/pdf': {
    path: { id: string }
    query: { language?: "zh" | "en" | "both" }
    body: undefined
    answer: undefined
  }
  'GET /invoices/{id}/xml': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /ledger/accounts': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: number; party: string; purpose: string; balance: { currency: string; amountMinor: number }; pending: { currency: string; amountMinor: number } })[]; nextCursor: string | null }
  }
  'GET /ledger/adjustments': {
    path: {  }
    query: { limit?: number; cursor?: string; state?: "proposed" | "approved" | "posted" | "rejected" }
    body: undefined
    answer: { items: ({ key: string; currency: string; memo: string; entries: ({ party: string; purpose: string; amountMinor: number })[]; state: "proposed" | "approved" | "posted" | "rejected"; proposedBy: string; proposedAt: string; decidedBy: string | null; decidedAt: string | null })[]; nextCursor: string | null }
  }
  'GET /ledger/contracts': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; siteId: string | null; validFrom: string; shares: ({ party: string; purpose: string; percent?: string | undefined; perKwh?: string | undefined; fixed?: string | undefined; tiers?: ({ from: string; percent: string })[] | undefined; rest?: true | undefined; minimum?: string | undefined; currency?: string | undefined })[] })[] }
  }
  'GET /ledger/entries': {
    path: {  }
    query: { limit?: number; cursor?: string; sessionId?: string }
    body: undefined
    answer: { items: ({ sequence: number; line: number; transfer: string; kind: string; phase: string; party: string; purpose: string; amount: { currency: string; amountMinor: number }; sessionId: string | null; memo: string; at: string })[]; nextCursor: string | null }
  }
  'GET /ledger/entries/{id}/proof': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { v: 1; tenantId: string; sequence: number; line: number; content: string; leaf: string; leafIndex: number; treeSize: number; path: (string)[]; checkpoint: string; key: string }
  }
  'GET /ledger/verify': {
    path: {  }
    query: {  }
    body: undefined
    answer: { ok: boolean; entries: number; headHash: string; outside: { checkpoints: number; covered: number }; firstBadEntry?: { tenantId: string; sequence: number; reason: string } | undefined }
  }
  'GET /meter-keys': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; serial: string; chargerId: string | null; curve: string; publicKey: string; validFrom: string; validUntil: string | null; enteredBy: string; enteredAt: string })[]; nextCursor: string | null }
  }
  'GET /notifications': {
    path: {  }
    query: { limit?: number; cursor?: string; lang?: "zh" | "en"; unread?: string }
    body: undefined
    answer: { items: ({ id: string; kind: string; title: string; text: string; facts: Record<string, string>; createdAt: string; readAt: string | null })[]; nextCursor: string | null }
  }
  'GET /notifications/preferences': {
    path: {  }
    query: {  }
    body: undefined
    answer: { language: "zh" | "en"; mail: Record<string, boolean> }
  }
  'GET /payment-methods': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; provider: string; label: string; laterCharges: boolean })[] }
  }
  'GET /payments': {
    path: {  }
    query: { limit?: number; cursor?: string; sessionId?: string }
    body: undefined
    answer: { items: ({ id: string; sessionId: string; provider: string; status: string; held: { currency: string; amountMinor: number }; captured: { currency: string; amountMinor: number }; refunded: { currency: string; amountMinor: number }; error: string | null; createdAt: string; purpose: "session" | "debt" | "top-up"; confirmation: "none" | "wanted" | "given"; action: { kind: "qr" | "redirect" | "app"; value: string } | null })[]; nextCursor: string | null }
  }
  'GET /payments/corrections': {
    path: {  }
    query: { limit?: number; cursor?: string; sessionId?: string }
    body: undefined
    answer: { items: ({ correctionId: string; sessionId: string; before: { currency: string; amountMinor: number }; after: { currency: string; amountMinor: number }; at: string; refunds: ({ id: string; paymentId: string; amount: { currency: string; amountMinor: number }; status: "asked" | "done" | "failed"; error: string | null })[]; owed: { currency: string; amountMinor: number } | null })[]; nextCursor: string | null }
  }
  'GET /payments/debts': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ sessionId: string; amount: { currency: string; amountMinor: number }; detail: string; createdAt: string })[] }
  }
  'GET /payments/refunds': {
    path: {  }
    query: { limit?: number; cursor?: string; status?: "proposed" | "asked" | "done" | "failed" | "rejected" }
    body: undefined
    answer: { items: ({ id: string; paymentId: string; sessionId: string | null; driverId: string; of: "session" | "wallet"; provider: string; amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; reason: string; status: "proposed" | "asked" | "done" | "failed" | "rejected"; error: string | null; askedBy: string; decidedBy: string | null; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /payments/settings': {
    path: {  }
    query: {  }
    body: undefined
    answer: { providers: (string)[] | null; confirmAboveMinor: number | null; twoPeopleAboveMinor: number | null; marginPercent: number; laterCharges: "never" | "with-consent"; walletRefundFeePercent: number }
  }
  'GET /price-series': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ name: string; currency: string; until: string; days: number })[]; nextCursor: string | null }
  }
  'GET /price-series/{name}/days/{day}': {
    path: { name: string; day: string }
    query: {  }
    body: undefined
    answer: { day: string; timeZone: string; currency: string; minutes: 15 | 30 | 60; prices: (string)[]; source: string; revision: number; from: string; until: string; createdAt: string }
  }
  'GET /reconciliation': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ date: string; runId: string; at: string; isComplete: boolean; openBreaks: number })[]; nextCursor: string | null }
  }
  'GET /reconciliation/{date}': {
    path: { date: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { date: string; isClean: boolean; isComplete: boolean; missingStatements: (string)[]; openBreaks: number; acceptedBreaks: number; repairedBreaks: number; matched: number; sessions: number; askedBy: string; at: string; totals: ({ provider: string; ours: { currency: string; amountMinor: number }; theirs: { currency: string; amountMinor: number } })[]; statements: ({ provider: string; digest: string; lines: number; fetchedAt: string })[]; breaks: ({ id: string; date: string; class: "missing-here" | "missing-there" | "amount" | "currency" | "duplicate" | "time" | "state" | "negative" | "no-end" | "impossible-power" | "energy" | "no-meter-proof" | "site-balance"; status: "open" | "proposed" | "repaired" | "accepted" | "gone"; provider: string | null; reference: string | null; paymentId: string | null; sessionId: string | null; siteId: string | null; difference: { currency: string; amountMinor: number } | null; detail: string; evidence: Record<string, unknown>; remedies: ("accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill")[]; remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; repairedBy: string | null; decisions: ({ remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; by: string; note: string; at: string })[]; foundAt: string; settledAt: string | null })[]; nextCursor: string | null }
  }
  'GET /reservations': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; siteId: string; connectorId: string; driverId: string | null; status: "holding" | "asked" | "active" | "used" | "cancelled" | "expired" | "refused"; madeAt: string | null; expiresAt: string; endedAt: string | null; sessionId: string | null; createdAt: string; hold: { currency: string; amountMinor: number } | null; failure: string | null })[]; nextCursor: string | null }
  }
  'GET /reviews': {
    path: {  }
    query: { limit?: number; cursor?: string; state?: "open" | "resolved" | "all"; sessionId?: string }
    body: undefined
    answer: { items: ({ id: string; sessionId: string | null; hasSession: boolean; siteId: string; chargerId: string | null; reason: string; detail: string; raisedAt: string; resolvedAt: string | null; resolvedBy: string | null; verdict: "energy" | "waived" | "closed" | null; energyWh: number | null; note: string | null })[]; nextCursor: string | null }
  }
  'GET /sessions': {
    path: {  }
    query: { limit?: number; cursor?: string; siteId?: string; chargerId?: string; status?: "pending" | "started" | "suspended" | "ended" | "failed" | "review" }
    body: undefined
    answer: { items: ({ id: string; siteId: string; chargerId: string; connectorId: string; driverId: string | null; tokenUid: string | null; status: "pending" | "started" | "suspended" | "ended" | "failed" | "review"; startedAt: string | null; endedAt: string | null; meterStartWh: number | null; meterStopWh: number | null; energyWh: number | null; cost: { currency: string; amountMinor: number } | null; tariffId: string | null; tariffVersion: number | null; stopReason: string | null; provisional: boolean; standing: boolean; leftAt: string | null; failure: { code: string; detail: string } | null; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /sessions/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; siteId: string; chargerId: string; connectorId: string; driverId: string | null; tokenUid: string | null; status: "pending" | "started" | "suspended" | "ended" | "failed" | "review"; startedAt: string | null; endedAt: string | null; meterStartWh: number | null; meterStopWh: number | null; energyWh: number | null; cost: { currency: string; amountMinor: number } | null; tariffId: string | null; tariffVersion: number | null; stopReason: string | null; provisional: boolean; standing: boolean; leftAt: string | null; failure: { code: string; detail: string } | null; createdAt: string }
  }
  'GET /sessions/{id}/idle': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { idle: { from: string; costsFrom: string; price: string; currency: string; toldAt: string | null } | null }
  }
  'GET /sessions/{id}/messages': {
    path: { id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ at: string; action: string; raw: string })[]; nextCursor: string | null }
  }
  'GET /sessions/{id}/readings': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ at: string; registerWh: number | null; powerW: number | null; currentMilliA: (number)[] | null; offeredMilliA: number | null; limitMilliA: number | null; socPercent: number | null })[]; nextCursor: null }
  }
  'GET /sessions/{id}/registers': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ at: string; registerWh: number; trust: "good" | "clock" | "implausible" })[] }
  }
  'GET /sessions/{id}/signed-records': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { proof: { ok: boolean; energyWh: string | null; fault: string | null }; items: ({ digest: string; context: string | null; at: string; meterSerial: string | null; verdict: "genuine" | "not-genuine" | "no-key" | "unreadable" | "replayed"; publicKey: string | null; raw: string })[] }
  }
  'GET /sessions/{id}/transparency': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /settlements': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; period: "day" | "week" | "month"; firstDate: string; lastDate: string; timeZone: string; holdBackPercent: string; state: "open" | "closed" | "paid"; madeBy: string; madeAt: string; closedAt: string | null; paidAt: string | null })[]; nextCursor: string | null }
  }
  'GET /settlements/payees': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ party: string; name: string; account: string; bank: string })[] }
  }
  'GET /settlements/schedules': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ period: "day" | "week" | "month"; parties: (string)[]; siteId: string | null; timeZone: string; holdBackPercent: string; closes: boolean; pays: boolean; active: boolean; id: string; nextDate: string; problem: string | null })[] }
  }
  'GET /settlements/statements/{id}/entries': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ entry: string; kind: string; sessionId: string | null; memo: string; amount: { currency: string; amountMinor: number }; at: string })[] }
  }
  'GET /settlements/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; period: "day" | "week" | "month"; firstDate: string; lastDate: string; timeZone: string; holdBackPercent: string; state: "open" | "closed" | "paid"; madeBy: string; madeAt: string; closedAt: string | null; paidAt: string | null; statements: ({ id: string; party: string; purpose: string; charges: { currency: string; amountMinor: number }; refunds: { currency: string; amountMinor: number }; other: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; held: { currency: string; amountMinor: number }; released: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; entryCount: number })[]; disputes: ({ id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null })[]; payouts: ({ party: string; name: string; account: string; bank: string; amount: { currency: string; amountMinor: number }; reference: string })[]; uncleanDays: ({ date: string; openBreaks: number | null })[] }
  }
  'GET /settlements/{id}/csv': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /settlements/{id}/payout.csv': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /settlements/{id}/payout.xml': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /settlements/{id}/pdf': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /sites': {
    path: {  }
    query: { limit?: number; cursor?: string; near?: string; radiusM?: number }
    body: undefined
    answer: { items: ({ id: string; name: string; address: string; timeZone: string; currency: string; latitude: number; longitude: number; grid: { limitA: [number, number, number]; voltageV: number; meter?: string | undefined; baseLoadReserveW: number; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined }; circuits: ({ id: string; parent: string; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[]; createdAt: string; changedAt: string; distanceM: number | null })[]; nextCursor: string | null }
  }
  'GET /sites/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; name: string; address: string; timeZone: string; currency: string; latitude: number; longitude: number; grid: { limitA: [number, number, number]; voltageV: number; meter?: string | undefined; baseLoadReserveW: number; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined }; circuits: ({ id: string; parent: string; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[]; createdAt: string; changedAt: string }
  }
  'GET /sites/{id}/allocation': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { siteId: string; allocation: { at: string; limitMilliA: [number, number, number]; limitW: number; limitReason: string; limits: ({ source: string; limitW?: number | undefined; limitA?: (number)[] | undefined; from?: string | undefined; until?: string | undefined; reason: string })[]; baseLoadW: number; siteW: number | null; meter: "good" | "silent" | "untrusted" | "none"; missingW: number; connectors: ({ chargerId: string; evseId: number; connectorId: number; limitMilliA: number; committedMilliA: number; powerW: number | null; limitW: number; reason: string })[] } | null }
  }
  'GET /sites/{id}/limits': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ source: string; limitW?: number | undefined; limitA?: [number, number, number] | undefined; exportLimitW?: number | undefined; from?: string | undefined; until?: string | undefined; reason: string; eventId?: string | undefined; version?: number | undefined; cancelled?: boolean | undefined; randomiseStartS?: number | undefined; weekly?: ({ days: (number)[]; from: string; until: string })[] | undefined; setBy: string; changedAt: string })[]; nextCursor: string | null }
  }
  'GET /sites/{id}/limits/{source}': {
    path: { id: string; source: string }
    query: {  }
    body: undefined
    answer: { source: string; limitW?: number | undefined; limitA?: [number, number, number] | undefined; exportLimitW?: number | undefined; from?: string | undefined; until?: string | undefined; reason: string; eventId?: string | undefined; version?: number | undefined; cancelled?: boolean | undefined; randomiseStartS?: number | undefined; weekly?: ({ days: (number)[]; from: string; until: string })[] | undefined; setBy: string; changedAt: string }
  }
  'GET /sites/{id}/power': {
    path: { id: string }
    query: { from?: string; to?: string; resolution?: "auto" | "raw" | "1m" | "15m" | "1h" }
    body: undefined
    answer: { siteId: string; from: string; to: string; resolution: string; series: ({ source: string; kind: "connector" | "meter" | "pv" | "battery" | "vehicle"; points: ({ at: string; powerW: number | null; lowestW: number | null; highestW: number | null; limitW: number | null })[] })[]; limits: ({ at: string; limitW: number; reason: string; valid: (unknown)[] })[] }
  }
  'GET /sites/{id}/power/picture': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { siteId: string; picture: { at: string; nodes: ({ id: string; parent: string | null; limitMilliA: [number, number, number]; loadMilliA: [number, number, number] | null; committedMilliA: [number, number, number]; total?: { limitW: number; loadW: number | null; committedW: number } | undefined; because: string })[]; limits: ({ source: string; state: "planned" | "active" | "past" | "cancelled" | "refused"; binding: boolean; limitW: number | null; limitMilliA: [number, number, number] | null; exportLimitW?: number | undefined; from: string | null; until: string | null; version: number | null; reason: string; detail: string | null })[]; forecast: ({ chargerId: string; evseId: number; connectorId: number; energyWh: number; fullAt: string | null; points: ({ at: string; limitMilliA: number; powerW: number; reason: string })[] })[]; participants?: ({ id: string; kind: "pv" | "battery" | "vehicle"; powerW: number | null; socPercent: number | null; state: "running" | "standby" | "off" | "fault" | "silent"; because?: string | undefined })[] | undefined } | null; heardAt: string | null; ageSeconds: number | null; stale: boolean }
  }
  'GET /sites/{id}/signals': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { items: ({ name: string; value: string; setAt: string })[] }
  }
  'GET /sites/{id}/today': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { siteId: string; day: string; timeZone: string; sessions: number; running: number; energyWh: number; revenue: ({ currency: string; amountMinor: number })[]; provisional: boolean }
  }
  'GET /stream': {
    path: {  }
    query: { topics?: string }
    body: undefined
    answer: undefined
  }
  'GET /tariffs': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; version: number; kind: "time-of-use" | "rules"; name: string; priority: number; validFrom: string | null; validUntil: string | null; createdAt: string; currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined; rules?: { currency: string; tax: "added" | "included" | "none"; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined; assignments: ({ siteId: string; connector: string | null; fallback: boolean })[] })[]; nextCursor: string | null }
  }
  'GET /tariffs/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; version: number; kind: "time-of-use" | "rules"; name: string; priority: number; validFrom: string | null; validUntil: string | null; createdAt: string; currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined; rules?: { currency: string; tax: "added" | "included" | "none"; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined; assignments: ({ siteId: string; connector: string | null; fallback: boolean })[]; versions: ({ id: string; version: number; kind: "time-of-use" | "rules"; name: string; priority: number; validFrom: string | null; validUntil: string | null; createdAt: string; currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined; rules?: { currency: string; tax: "added" | "included" | "none"; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined; assignments: ({ siteId: string; connector: string | null; fallback: boolean })[] })[] }
  }
  'GET /tariffs/{id}/versions/{version}/ocpi': {
    path: { id: string; version: number }
    query: { version?: "2.1.1" | "2.2" | "2.2.1" | "2.3.0"; countryCode?: string; partyId?: string }
    body: undefined
    answer: { tariff: Record<string, unknown>; losses: ({ at: string; what: string })[] }
  }
  'GET /tenants': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; name: string; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /tokens': {
    path: {  }
    query: { limit?: number; cursor?: string; driverId?: string }
    body: undefined
    answer: { items: ({ uid: string; type: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization"; status: "accepted" | "blocked" | "expired" | "invalid"; driverId: string | null; groupId: string | null; expiresAt: string | null; changedAt: string })[]; nextCursor: string | null }
  }
  'GET /tokens/{uid}': {
    path: { uid: string }
    query: {  }
    body: undefined
    answer: { uid: string; type: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization"; status: "accepted" | "blocked" | "expired" | "invalid"; driverId: string | null; groupId: string | null; expiresAt: string | null; changedAt: string }
  }
  'GET /unclaimed': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ siteId: string; identity: string; protocol: string; address: string; says: Record<string, string> | null; firstAt: string; lastAt: string })[]; nextCursor: string | null }
  }
  'GET /users': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: string; email: string; name: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; driverId: string | null; active: boolean; totp: boolean; createdAt: string })[]; nextCursor: string | null }
  }
  'GET /wallet': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ balance: { currency: string; amountMinor: number }; held: { currency: string; amountMinor: number }; available: { currency: string; amountMinor: number } })[] }
  }
  'GET /wallet/movements': {
    path: {  }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: { items: ({ id: number; kind: "top-up" | "hold" | "capture" | "release" | "refund" | "pay-out"; amount: { currency: string; amountMinor: number }; available: { currency: string; amountMinor: number }; paymentId: string; at: string })[]; nextCursor: string | null }
  }
  'GET /wallet/refunds': {
    path: {  }
    query: {  }
    body: undefined
    answer: { items: ({ id: string; askedAt: string; amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; parts: ({ id: string; to: string; amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; status: "proposed" | "asked" | "done" | "failed" | "rejected"; error: string | null })[] })[] }
  }
  'GET /wallet/refunds/quote': {
    path: {  }
    query: { currency?: string; amountMinor?: number }
    body: undefined
    answer: { amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; parts: ({ paymentId: string; provider: string; amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number } })[] }
  }
  'PATCH /chargers/{id}': {
    path: { id: string }
    query: {  }
    body: { protocol?: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc" | undefined; identity?: string | undefined; security?: { profile: 0 | 1 | 2 | 3; password?: string | undefined } | undefined; circuit?: string | undefined; phaseRotation?: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR" | undefined; fallbackA?: number | null | undefined; registration?: "accepted" | "pending" | "rejected" | undefined; managed?: boolean | undefined; evses?: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[] | undefined }
    answer: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; circuit?: string | undefined; phaseRotation: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR"; fallbackA?: number | undefined; registration: "accepted" | "pending" | "rejected"; managed: boolean; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; createdAt: string }
  }
  'PATCH /coupons/{code}': {
    path: { code: string }
    query: {  }
    body: { validUntil?: string | undefined; mostUses?: number | undefined }
    answer: { code: string; name: string; validFrom: string | null; validUntil: string | null; mostUses: number; uses: number; createdAt: string }
  }
  'PATCH /meter-keys/{id}': {
    path: { id: string }
    query: {  }
    body: { validUntil: string }
    answer: { id: string; serial: string; chargerId: string | null; curve: string; publicKey: string; validFrom: string; validUntil: string | null; enteredBy: string; enteredAt: string }
  }
  'PATCH /notifications/preferences': {
    path: {  }
    query: {  }
    body: { language?: "zh" | "en" | undefined; mail?: Record<string, boolean> | undefined }
    answer: { language: "zh" | "en"; mail: Record<string, boolean> }
  }
  'PATCH /sites/{id}': {
    path: { id: string }
    query: {  }
    body: { name?: string | undefined; address?: string | undefined; latitude?: number | undefined; longitude?: number | undefined; grid?: { limitA: [number, number, number]; voltageV?: number | undefined; meter?: string | undefined; baseLoadReserveW?: number | undefined; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined } | undefined; circuits?: ({ id: string; parent?: string | undefined; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[] | undefined }
    answer: { id: string; name: string; address: string; timeZone: string; currency: string; latitude: number; longitude: number; grid: { limitA: [number, number, number]; voltageV: number; meter?: string | undefined; baseLoadReserveW: number; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined }; circuits: ({ id: string; parent: string; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[]; createdAt: string; changedAt: string }
  }
  'PATCH /tokens/{uid}': {
    path: { uid: string }
    query: {  }
    body: { type?: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization" | undefined; status?: "accepted" | "blocked" | "expired" | "invalid" | undefined; driverId?: string | null | undefined; groupId?: string | null | undefined; expiresAt?: string | null | undefined }
    answer: { uid: string; type: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization"; status: "accepted" | "blocked" | "expired" | "invalid"; driverId: string | null; groupId: string | null; expiresAt: string | null; changedAt: string }
  }
  'PATCH /users/{id}': {
    path: { id: string }
    query: {  }
    body: { name?: string | undefined; roles?: ("admin" | "operator" | "utility" | "oem" | "driver")[] | undefined; active?: boolean | undefined; password?: string | undefined }
    answer: { id: string; email: string; name: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; driverId: string | null; active: boolean; totp: boolean; createdAt: string }
  }
  'POST /alarms/{id}/acknowledge': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; siteId: string; code: "charger-unclaimed" | "charger-refused" | "charger-impostor" | "charger-offline" | "charger-ignores-limit" | "charger-forgets-limit" | "connector-faulted" | "meter-silent" | "meter-untrusted" | "participant-silent" | "participant-ignores-limit" | "limit-out-of-reach" | "cloud-silent" | "storage-failing" | "storage-low" | "gateway-fenced" | "outbox-growing" | "message-rejected" | "session-review"; severity: "info" | "warning" | "urgent"; subject: string; detail: string; advice: string; sessionId: string | null; raisedAt: string; clearedAt: string | null; acknowledgedAt: string | null; acknowledgedBy: string | null }
  }
  'POST /api-keys': {
    path: {  }
    query: {  }
    body: { name: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; permissions: (string)[]; expiresAt?: string | undefined }
    answer: { id: string; key: string }
  }
  'POST /auth/login': {
    path: {  }
    query: {  }
    body: { email: string; password: string; otp?: string | undefined }
    answer: { accessToken: string; refreshToken: string; expiresInSeconds: number }
  }
  'POST /auth/logout': {
    path: {  }
    query: {  }
    body: { refreshToken: string }
    answer: undefined
  }
  'POST /auth/refresh': {
    path: {  }
    query: {  }
    body: { refreshToken: string }
    answer: { accessToken: string; refreshToken: string; expiresInSeconds: number }
  }
  'POST /auth/totp': {
    path: {  }
    query: {  }
    body: undefined
    answer: { secret: string; uri: string }
  }
  'POST /auth/totp/confirm': {
    path: {  }
    query: {  }
    body: { otp: string }
    answer: undefined
  }
  'POST /cdr-corrections/{id}/approve': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; cdrId: string; sessionId: string; status: "awaiting-approval" | "applied" | "rejected"; wanted: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined }; reason: string; difference: { currency: string; amountMinor: number }; large: boolean; requestedBy: string; requestedAt: string; decidedBy: string | null; decidedAt: string | null; creditCdrId: string | null; newCdrId: string | null }
  }
  'POST /cdr-corrections/{id}/reject': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; cdrId: string; sessionId: string; status: "awaiting-approval" | "applied" | "rejected"; wanted: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined }; reason: string; difference: { currency: string; amountMinor: number }; large: boolean; requestedBy: string; requestedAt: string; decidedBy: string | null; decidedAt: string | null; creditCdrId: string | null; newCdrId: string | null }
  }
  'POST /cdrs/{id}/corrections': {
    path: { id: string }
    query: {  }
    body: { reason: string; change: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined } }
    answer: { id: string; cdrId: string; sessionId: string; status: "awaiting-approval" | "applied" | "rejected"; wanted: { energyWh?: number | undefined; tariff?: { tariffId: string; version: number } | undefined; cancel?: true | undefined }; reason: string; difference: { currency: string; amountMinor: number }; large: boolean; requestedBy: string; requestedAt: string; decidedBy: string | null; decidedAt: string | null; creditCdrId: string | null; newCdrId: string | null }
  }
  'POST /chargers': {
    path: {  }
    query: {  }
    body: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; security?: { profile: 0 | 1 | 2 | 3; password?: string | undefined } | undefined; circuit?: string | undefined; phaseRotation?: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR" | undefined; fallbackA?: number | undefined; registration?: "accepted" | "pending" | "rejected" | undefined; managed?: boolean | undefined; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string }
    answer: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; circuit?: string | undefined; phaseRotation: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR"; fallbackA?: number | undefined; registration: "accepted" | "pending" | "rejected"; managed: boolean; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; createdAt: string }
  }
  'POST /chargers/{id}/commands': {
    path: { id: string }
    query: {  }
    body: { action: string; payload?: unknown | undefined; expiresAt?: string | undefined }
    answer: { id: string; status: "queued" | "sent" | "accepted" | "rejected" | "expired" | "failed" }
  }
  'POST /coupons': {
    path: {  }
    query: {  }
    body: { code: string; name: string; validFrom?: string | null | undefined; validUntil?: string | null | undefined; mostUses?: number | undefined }
    answer: { code: string; name: string; validFrom: string | null; validUntil: string | null; mostUses: number; uses: number; createdAt: string }
  }
  'POST /fleet-accounts/statements': {
    path: {  }
    query: {  }
    body: { camt053: string }
    answer: { id: string; digest: string; status: "proposed" | "confirmed" | "rejected"; uploadedBy: string; uploadedAt: string; decidedBy: string | null; posted: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; wouldPost: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; proposed: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; known: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; unmatched: ({ reference: string; amount: { currency: string; amountMinor: number }; bookedOn: string; text: string })[] }
  }
  'POST /fleet-accounts/statements/{statementId}/decide': {
    path: { statementId: string }
    query: {  }
    body: { approve: boolean }
    answer: { id: string; digest: string; status: "proposed" | "confirmed" | "rejected"; uploadedBy: string; uploadedAt: string; decidedBy: string | null; posted: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; wouldPost: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; proposed: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; known: ({ id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null })[]; unmatched: ({ reference: string; amount: { currency: string; amountMinor: number }; bookedOn: string; text: string })[] }
  }
  'POST /fleet-accounts/{id}/payments': {
    path: { id: string }
    query: {  }
    body: { amount: { currency: string; amountMinor: number }; invoiceNumber?: string | null | undefined; reference: string; bookedOn: string }
    answer: { id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null }
  }
  'POST /fleet-accounts/{id}/payments/{paymentId}/decide': {
    path: { id: string; paymentId: string }
    query: {  }
    body: { approve: boolean }
    answer: { id: string; fleetId: string; amount: { currency: string; amountMinor: number }; invoiceNumber: string | null; reference: string; bookedOn: string; source: "person" | "statement"; status: "proposed" | "posted" | "rejected" | "reversed"; notedBy: string; decidedBy: string | null; notedAt: string; statementId: string | null; replaces: string | null }
  }
  'POST /fleet-accounts/{id}/payments/{paymentId}/reversal': {
    path: { id: string; paymentId: string }
    query: {  }
    body: { reason: string; replacement?: { amount: { currency: string; amountMinor: number }; fleetId: string; invoiceNumber?: string | null | undefined } | { amountMinor: number; fleetId: string; invoiceNumber?: string | null | undefined } | null | undefined }
    answer: { id: string; receiptId: string; reason: string; replacement: { fleetId: string; amountMinor: number; invoiceNumber: string | null } | null; status: "proposed" | "posted" | "rejected"; askedBy: string; askedAt: string; decidedBy: string | null }
  }
  'POST /fleet-accounts/{id}/payments/{paymentId}/reversal/decide': {
    path: { id: string; paymentId: string }
    query: {  }
    body: { approve: boolean }
    answer: { id: string; receiptId: string; reason: string; replacement: { fleetId: string; amountMinor: number; invoiceNumber: string | null } | null; status: "proposed" | "posted" | "rejected"; askedBy: string; askedAt: string; decidedBy: string | null }
  }
  'POST /fx/conversions': {
    path: {  }
    query: {  }
    body: { reference: string; amount: { currency: string; amountMinor: number }; to: string; spreadPercent?: string | undefined }
    answer: { id: string; reference: string; sold: { currency: string; amountMinor: number }; bought: { currency: string; amountMinor: number }; spread: { currency: string; amountMinor: number }; keptExact: string; rate: { base: string; quote: string; rate: string; source: string; validAt: string; id: string; enteredBy: string } }
  }
  'POST /fx/rates': {
    path: {  }
    query: {  }
    body: { base: string; quote: string; rate: string; source: string; validAt: string }
    answer: { base: string; quote: string; rate: string; source: string; validAt: string; id: string; enteredBy: string }
  }
  'POST /invoices/runs': {
    path: {  }
    query: {  }
    body: { month: string; scope: "driver" | "fleet" | "tenant" }
    answer: { id: string; month: string; scope: "driver" | "fleet" | "tenant"; status: "open" | "done"; invoices: number; askedBy: string; askedAt: string; doneAt: string | null }
  }
  'POST /ledger/adjustments/{key}/decide': {
    path: { key: string }
    query: {  }
    body: { approve: boolean }
    answer: { key: string; currency: string; memo: string; entries: ({ party: string; purpose: string; amountMinor: number })[]; state: "proposed" | "approved" | "posted" | "rejected"; proposedBy: string; proposedAt: string; decidedBy: string | null; decidedAt: string | null }
  }
  'POST /ledger/contracts': {
    path: {  }
    query: {  }
    body: { siteId: string | null; validFrom: string; shares: ({ party: string; purpose: string; percent?: string | undefined; perKwh?: string | undefined; fixed?: string | undefined; tiers?: ({ from: string; percent: string })[] | undefined; rest?: true | undefined; minimum?: string | undefined; currency?: string | undefined })[] }
    answer: { id: string; siteId: string | null; validFrom: string; shares: ({ party: string; purpose: string; percent?: string | undefined; perKwh?: string | undefined; fixed?: string | undefined; tiers?: ({ from: string; percent: string })[] | undefined; rest?: true | undefined; minimum?: string | undefined; currency?: string | undefined })[] }
  }
  'POST /ledger/transfers': {
    path: {  }
    query: {  }
    body: { key: string; currency: string; memo: string; entries: ({ party: string; purpose: string; amountMinor: number })[] }
    answer: { key: string; currency: string; memo: string; entries: ({ party: string; purpose: string; amountMinor: number })[]; state: "proposed" | "approved" | "posted" | "rejected"; proposedBy: string; proposedAt: string; decidedBy: string | null; decidedAt: string | null }
  }
  'POST /meter-keys': {
    path: {  }
    query: {  }
    body: { serial: string; chargerId?: string | null | undefined; publicKey: string; curve?: string | undefined; validFrom: string }
    answer: { id: string; serial: string; chargerId: string | null; curve: string; publicKey: string; validFrom: string; validUntil: string | null; enteredBy: string; enteredAt: string }
  }
  'POST /notifications/{id}/read': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string }
  }
  'POST /payments/debts/{sessionId}/pay': {
    path: { sessionId: string }
    query: {  }
    body: { paymentMethodId: string }
    answer: { paymentId: string }
  }
  'POST /payments/{id}/confirm': {
    path: { id: string }
    query: {  }
    body: { amount: { currency: string; amountMinor: number } }
    answer: { paymentId: string; amount: { currency: string; amountMinor: number }; confirmation: "none" | "wanted" | "given" }
  }
  'POST /payments/{id}/refunds': {
    path: { id: string }
    query: {  }
    body: { amount: { currency: string; amountMinor: number }; reason: string } | { amountMinor: number; reason: string }
    answer: { id: string; paymentId: string; amount: { currency: string; amountMinor: number }; status: string }
  }
  'POST /payments/{id}/refunds/{refundId}/approve': {
    path: { id: string; refundId: string }
    query: {  }
    body: undefined
    answer: { id: string; paymentId: string; amount: { currency: string; amountMinor: number }; status: string }
  }
  'POST /payments/{id}/refunds/{refundId}/reject': {
    path: { id: string; refundId: string }
    query: {  }
    body: undefined
    answer: { id: string; paymentId: string; amount: { currency: string; amountMinor: number }; status: string }
  }
  'POST /payments/{id}/refunds/{refundId}/retry': {
    path: { id: string; refundId: string }
    query: {  }
    body: undefined
    answer: { id: string; status: string }
  }
  'POST /price-series': {
    path: {  }
    query: {  }
    body: { day: string; timeZone: string; currency: string; minutes: 15 | 30 | 60; prices: (string)[]; source?: string | undefined; name: string }
    answer: { day: string; timeZone: string; currency: string; minutes: 15 | 30 | 60; prices: (string)[]; source: string; revision: number; from: string; until: string; createdAt: string }
  }
  'POST /reconciliation/breaks/{id}/decisions': {
    path: { id: string }
    query: {  }
    body: { remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; note: string }
    answer: { id: string; date: string; class: "missing-here" | "missing-there" | "amount" | "currency" | "duplicate" | "time" | "state" | "negative" | "no-end" | "impossible-power" | "energy" | "no-meter-proof" | "site-balance"; status: "open" | "proposed" | "repaired" | "accepted" | "gone"; provider: string | null; reference: string | null; paymentId: string | null; sessionId: string | null; siteId: string | null; difference: { currency: string; amountMinor: number } | null; detail: string; evidence: Record<string, unknown>; remedies: ("accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill")[]; remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; repairedBy: string | null; decisions: ({ remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; by: string; note: string; at: string })[]; foundAt: string; settledAt: string | null }
  }
  'POST /reconciliation/{date}': {
    path: { date: string }
    query: {  }
    body: undefined
    answer: { date: string; isClean: boolean; isComplete: boolean; missingStatements: (string)[]; openBreaks: number; acceptedBreaks: number; repairedBreaks: number; matched: number; sessions: number; askedBy: string; at: string; totals: ({ provider: string; ours: { currency: string; amountMinor: number }; theirs: { currency: string; amountMinor: number } })[]; statements: ({ provider: string; digest: string; lines: number; fetchedAt: string })[]; breaks: ({ id: string; date: string; class: "missing-here" | "missing-there" | "amount" | "currency" | "duplicate" | "time" | "state" | "negative" | "no-end" | "impossible-power" | "energy" | "no-meter-proof" | "site-balance"; status: "open" | "proposed" | "repaired" | "accepted" | "gone"; provider: string | null; reference: string | null; paymentId: string | null; sessionId: string | null; siteId: string | null; difference: { currency: string; amountMinor: number } | null; detail: string; evidence: Record<string, unknown>; remedies: ("accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill")[]; remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; repairedBy: string | null; decisions: ({ remedy: "accept" | "refund" | "claim" | "write-off" | "suspense" | "correct-bill" | null; by: string; note: string; at: string })[]; foundAt: string; settledAt: string | null })[]; nextCursor: string | null }
  }
  'POST /reservations': {
    path: {  }
    query: {  }
    body: { connectorId: string; expiresAt: string; paymentMethodId?: string | undefined }
    answer: { id: string; siteId: string; connectorId: string; driverId: string | null; status: "holding" | "asked" | "active" | "used" | "cancelled" | "expired" | "refused"; madeAt: string | null; expiresAt: string; endedAt: string | null; sessionId: string | null; createdAt: string; hold: { currency: string; amountMinor: number } | null; failure: string | null }
  }
  'POST /reviews/{id}/resolve': {
    path: { id: string }
    query: {  }
    body: { energyWh?: number | undefined; waive?: true | undefined; note: string }
    answer: { id: string; sessionId: string | null; hasSession: boolean; siteId: string; chargerId: string | null; reason: string; detail: string; raisedAt: string; resolvedAt: string | null; resolvedBy: string | null; verdict: "energy" | "waived" | "closed" | null; energyWh: number | null; note: string | null }
  }
  'POST /sessions': {
    path: {  }
    query: {  }
    body: { connectorId: string; paymentMethodId?: string | undefined; tariffId?: string | undefined; reservationId?: number | string | undefined; coupon?: string | undefined; maxEnergyWh?: number | undefined; energyWh?: number | undefined; departureAt?: string | undefined }
    answer: { id: string; status: "pending" | "started" | "suspended" | "ended" | "failed" | "review" }
  }
  'POST /sessions/{id}/stop': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { commandId: string; status: string }
  }
  'POST /settlements': {
    path: {  }
    query: {  }
    body: { period: "day" | "week" | "month"; date: string; timeZone?: string | undefined; holdBackPercent?: string | undefined }
    answer: { id: string; period: "day" | "week" | "month"; firstDate: string; lastDate: string; timeZone: string; holdBackPercent: string; state: "open" | "closed" | "paid"; madeBy: string; madeAt: string; closedAt: string | null; paidAt: string | null; statements: ({ id: string; party: string; purpose: string; charges: { currency: string; amountMinor: number }; refunds: { currency: string; amountMinor: number }; other: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; held: { currency: string; amountMinor: number }; released: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; entryCount: number })[]; disputes: ({ id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null })[]; payouts: ({ party: string; name: string; account: string; bank: string; amount: { currency: string; amountMinor: number }; reference: string })[]; uncleanDays: ({ date: string; openBreaks: number | null })[] }
  }
  'POST /settlements/disputes/{id}/decide': {
    path: { id: string }
    query: {  }
    body: { outcome: "upheld" | "rejected"; inFavourOf?: { party: string; purpose: string } | undefined; note: string }
    answer: { id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null }
  }
  'POST /settlements/statements/{id}/disputes': {
    path: { id: string }
    query: {  }
    body: { amount: { currency: string; amountMinor: number }; reason: string } | { amountMinor: number; reason: string }
    answer: { id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null }
  }
  'POST /settlements/statements/{id}/release': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { released: { currency: string; amountMinor: number } }
  }
  'POST /settlements/{id}/close': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; period: "day" | "week" | "month"; firstDate: string; lastDate: string; timeZone: string; holdBackPercent: string; state: "open" | "closed" | "paid"; madeBy: string; madeAt: string; closedAt: string | null; paidAt: string | null; statements: ({ id: string; party: string; purpose: string; charges: { currency: string; amountMinor: number }; refunds: { currency: string; amountMinor: number }; other: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; held: { currency: string; amountMinor: number }; released: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; entryCount: number })[]; disputes: ({ id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null })[]; payouts: ({ party: string; name: string; account: string; bank: string; amount: { currency: string; amountMinor: number }; reference: string })[]; uncleanDays: ({ date: string; openBreaks: number | null })[] }
  }
  'POST /settlements/{id}/payout': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { id: string; period: "day" | "week" | "month"; firstDate: string; lastDate: string; timeZone: string; holdBackPercent: string; state: "open" | "closed" | "paid"; madeBy: string; madeAt: string; closedAt: string | null; paidAt: string | null; statements: ({ id: string; party: string; purpose: string; charges: { currency: string; amountMinor: number }; refunds: { currency: string; amountMinor: number }; other: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; held: { currency: string; amountMinor: number }; released: { currency: string; amountMinor: number }; payable: { currency: string; amountMinor: number }; entryCount: number })[]; disputes: ({ id: string; statementId: string; party: string; amount: { currency: string; amountMinor: number }; reason: string; state: "open" | "upheld" | "rejected"; openedBy: string; openedAt: string; decidedBy: string | null; decidedAt: string | null; note: string | null })[]; payouts: ({ party: string; name: string; account: string; bank: string; amount: { currency: string; amountMinor: number }; reference: string })[]; uncleanDays: ({ date: string; openBreaks: number | null })[] }
  }
  'POST /sites': {
    path: {  }
    query: {  }
    body: { id: string; name: string; address?: string | undefined; timeZone: string; currency: string; latitude: number; longitude: number; grid: { limitA: [number, number, number]; voltageV?: number | undefined; meter?: string | undefined; baseLoadReserveW?: number | undefined; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined }; circuits?: ({ id: string; parent?: string | undefined; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[] | undefined }
    answer: { id: string; name: string; address: string; timeZone: string; currency: string; latitude: number; longitude: number; grid: { limitA: [number, number, number]; voltageV: number; meter?: string | undefined; baseLoadReserveW: number; exportLimitW?: number | undefined; unbalance?: { percent: number; allowanceA: number } | undefined }; circuits: ({ id: string; parent: string; limitA: [number, number, number]; limitW?: number | undefined; kind?: "transformer" | "feeder" | "circuit" | undefined; exportLimitW?: number | undefined; delta?: { ratio: number; limitA: [number, number, number] } | undefined; unbalance?: { percent: number; allowanceA: number } | undefined })[]; createdAt: string; changedAt: string }
  }
  'POST /sites/{id}/credentials': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: { credentials: string; userKey: string }
  }
  'POST /sites/{id}/power/preview': {
    path: { id: string }
    query: {  }
    body: { limits?: ({ limitW?: number | undefined; limitA?: number | [number, number, number] | undefined; exportLimitW?: number | undefined; from?: string | undefined; until?: string | undefined; reason: string; siteId?: string | undefined; eventId?: string | undefined; version?: number | undefined; cancelled?: boolean | undefined; randomiseStartS?: number | undefined; weekly?: ({ days: (number)[]; from: string; until: string })[] | undefined; source: string })[] | undefined; lifted?: (string)[] | undefined }
    answer: { siteId: string; before: { at: string; nodes: ({ id: string; parent: string | null; limitMilliA: [number, number, number]; loadMilliA: [number, number, number] | null; committedMilliA: [number, number, number]; total?: { limitW: number; loadW: number | null; committedW: number } | undefined; because: string })[]; limits: ({ source: string; state: "planned" | "active" | "past" | "cancelled" | "refused"; binding: boolean; limitW: number | null; limitMilliA: [number, number, number] | null; exportLimitW?: number | undefined; from: string | null; until: string | null; version: number | null; reason: string; detail: string | null })[]; forecast: ({ chargerId: string; evseId: number; connectorId: number; energyWh: number; fullAt: string | null; points: ({ at: string; limitMilliA: number; powerW: number; reason: string })[] })[]; participants?: ({ id: string; kind: "pv" | "battery" | "vehicle"; powerW: number | null; socPercent: number | null; state: "running" | "standby" | "off" | "fault" | "silent"; because?: string | undefined })[] | undefined }; after: { at: string; nodes: ({ id: string; parent: string | null; limitMilliA: [number, number, number]; loadMilliA: [number, number, number] | null; committedMilliA: [number, number, number]; total?: { limitW: number; loadW: number | null; committedW: number } | undefined; because: string })[]; limits: ({ source: string; state: "planned" | "active" | "past" | "cancelled" | "refused"; binding: boolean; limitW: number | null; limitMilliA: [number, number, number] | null; exportLimitW?: number | undefined; from: string | null; until: string | null; version: number | null; reason: string; detail: string | null })[]; forecast: ({ chargerId: string; evseId: number; connectorId: number; energyWh: number; fullAt: string | null; points: ({ at: string; limitMilliA: number; powerW: number; reason: string })[] })[]; participants?: ({ id: string; kind: "pv" | "battery" | "vehicle"; powerW: number | null; socPercent: number | null; state: "running" | "standby" | "off" | "fault" | "silent"; because?: string | undefined })[] | undefined } }
  }
  'POST /tariffs': {
    path: {  }
    query: {  }
    body: { id?: string | undefined; name: string; priority?: number | undefined; validFrom?: string | null | undefined; validUntil?: string | null | undefined; fullDay?: boolean | undefined; currency?: string | undefined; segments?: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[] | undefined; fallback?: { electricityPrice: string; servicePrice: string } | undefined; rules?: { currency: string; tax?: "added" | "included" | "none" | undefined; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined; assignments?: ({ siteId: string; connector?: string | null | undefined; fallback?: boolean | undefined })[] | undefined }
    answer: { id: string; version: number; warnings: ({ path: string; code: string; message: string })[] }
  }
  'POST /tariffs/import': {
    path: {  }
    query: {  }
    body: { id: string; name: string; validFrom?: string | null | undefined; validUntil?: string | null | undefined; ocpi: { id?: string | null | undefined; currency: string; elements: ({ price_components: ({ type: string; price: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined }; vat?: number | string | null | undefined; taxes?: ({ percentage?: number | string | null | undefined })[] | null | undefined; step_size?: number | string | null | undefined; price_round?: { round_granularity?: string | null | undefined; round_rule?: string | null | undefined } | null | undefined; step_round?: { round_granularity?: string | null | undefined; round_rule?: string | null | undefined } | null | undefined })[]; restrictions?: { start_time?: string | null | undefined; end_time?: string | null | undefined; start_date?: string | null | undefined; end_date?: string | null | undefined; min_kwh?: number | string | null | undefined; max_kwh?: number | string | null | undefined; min_current?: number | string | null | undefined; max_current?: number | string | null | undefined; min_power?: number | string | null | undefined; max_power?: number | string | null | undefined; min_duration?: number | string | null | undefined; max_duration?: number | string | null | undefined; day_of_week?: (string)[] | null | undefined; reservation?: string | null | undefined } | null | undefined })[]; tax_included?: string | boolean | null | undefined; min_price?: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined } | null | undefined; max_price?: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined } | null | undefined } }
    answer: { id: string; version: number; warnings: ({ path: string; code: string; message: string })[]; losses: ({ at: string; what: string })[] }
  }
  'POST /tariffs/preview': {
    path: {  }
    query: {  }
    body: { tariffId: string; siteId: string; version?: number | undefined; readings: ({ at: string; registerWh: number | string })[] } | { plan: { currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined }; timeZone: string; readings: ({ at: string; registerWh: number | string })[] } | { ocpi: { version: "2.1.1" | "2.2" | "2.2.1" | "2.3.0"; tariff: { id?: string | null | undefined; currency: string; elements: ({ price_components: ({ type: string; price: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined }; vat?: number | string | null | undefined; taxes?: ({ percentage?: number | string | null | undefined })[] | null | undefined; step_size?: number | string | null | undefined; price_round?: { round_granularity?: string | null | undefined; round_rule?: string | null | undefined } | null | undefined; step_round?: { round_granularity?: string | null | undefined; round_rule?: string | null | undefined } | null | undefined })[]; restrictions?: { start_time?: string | null | undefined; end_time?: string | null | undefined; start_date?: string | null | undefined; end_date?: string | null | undefined; min_kwh?: number | string | null | undefined; max_kwh?: number | string | null | undefined; min_current?: number | string | null | undefined; max_current?: number | string | null | undefined; min_power?: number | string | null | undefined; max_power?: number | string | null | undefined; min_duration?: number | string | null | undefined; max_duration?: number | string | null | undefined; day_of_week?: (string)[] | null | undefined; reservation?: string | null | undefined } | null | undefined })[]; tax_included?: string | boolean | null | undefined; min_price?: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined } | null | undefined; max_price?: number | string | { excl_vat?: number | string | null | undefined; incl_vat?: number | string | null | undefined; before_taxes?: number | string | null | undefined; after_taxes?: number | string | null | undefined; taxes?: ({ amount?: number | string | null | undefined; percentage?: number | string | null | undefined })[] | null | undefined } | null | undefined }; chargingPeriods: ({ start_date_time: string; dimensions?: ({ type: string; volume?: number | string | null | undefined })[] | null | undefined; tariff_id?: string | null | undefined })[]; startDateTime?: string | null | undefined; endDateTime?: string | null | undefined; reservationOutcome?: "RESERVATION" | "RESERVATION_EXPIRES" | null | undefined }; timeZone: string }
    answer: { lines: ({ name: string; part: "electricity" | "service"; quantity: string; unit: string; unitPrice: string; amountMinor: number; rule: string })[]; total: { currency: string; amountMinor: number }; exact: { excl: string; incl: string }; electricity: { currency: string; amountMinor: number }; service: { currency: string; amountMinor: number }; energyWh: string; review: ("begin-at-zero")[] } | { lines: ({ name: string; kind: string; quantity: string; unit: string; unitPrice: string; taxPercent: string | null; excl: string; incl: string; amountMinor: number; rule: string })[]; total: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; exact: { excl: string; incl: string }; billed: Record<string, string>; notes: ({ code: string; detail: string })[] }
  }
  'POST /tariffs/try': {
    path: {  }
    query: {  }
    body: { plan?: { currency: string; segments: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[]; fallback?: { electricityPrice: string; servicePrice: string } | undefined } | undefined; rules?: { currency: string; tax?: "added" | "included" | "none" | undefined; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined; timeZone: string; session: { startedAt?: string | undefined; endedAt?: string | undefined; readings: ({ at: string; registerWh: number | string })[]; states?: ({ at: string; state: "charging" | "paused" | "held-back" | "finished" })[] | undefined; idleToldAt?: string | undefined; reservation?: { from: string; until: string; outcome: "used" | "expired" } | undefined; driver?: { groups?: (string)[] | undefined; coupons?: (string)[] | undefined } | undefined; signals?: ({ name: string; at: string; value: string })[] | undefined } }
    answer: { lines: ({ name: string; kind: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat" | "discount" | "limit"; quantity: string; unit: string; unitPrice: string; taxPercent: string | null; excl: string; incl: string; amountMinor: number; rule: string; part?: "electricity" | "service" | undefined })[]; total: { currency: string; amountMinor: number }; net: { currency: string; amountMinor: number }; tax: { currency: string; amountMinor: number }; taxes: ({ percent: string | null; excl: string; tax: string })[]; exact: { excl: string; incl: string }; energyWh: string; review: ("no-readings" | "one-reading" | "reading-unreadable" | "register-backwards" | "begin-at-zero" | "impossible-power" | "price-missing")[]; notes: (string)[]; priceMissingAt: (string)[]; warnings: ({ path: string; code: string; message: string })[] }
  }
  'POST /tariffs/{id}/versions': {
    path: { id: string }
    query: {  }
    body: { name?: string | undefined; priority?: number | undefined; validFrom?: string | null | undefined; validUntil?: string | null | undefined; fullDay?: boolean | undefined; currency?: string | undefined; segments?: ({ name?: string | undefined; start: string; end: string; weekdays?: (number)[] | undefined; electricityPrice: string; servicePrice: string })[] | undefined; fallback?: { electricityPrice: string; servicePrice: string } | undefined; rules?: { currency: string; tax?: "added" | "included" | "none" | undefined; elements: ({ name?: string | undefined; components: ({ dimension: "energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat"; name?: string | undefined; part?: "electricity" | "service" | undefined; price: string | { series: string; times?: string | undefined; plus?: string | undefined }; taxPercent?: string | undefined; step?: number | undefined; stepRounding?: "up" | "down" | "near" | undefined; rounding?: { rule: "up" | "down" | "near"; digits: number } | undefined; most?: string | undefined })[]; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[]; discounts?: ({ name: string; percent?: string | undefined; perKwh?: string | undefined; once?: string | undefined; on?: ("energy" | "time" | "parking" | "session" | "idle" | "reservation" | "flat")[] | undefined; part?: "electricity" | "service" | undefined; most?: string | undefined; restrictions?: { startTime?: string | undefined; endTime?: string | undefined; startDate?: string | undefined; endDate?: string | undefined; weekdays?: (number)[] | undefined; minKwh?: string | undefined; maxKwh?: string | undefined; minCurrentA?: string | undefined; maxCurrentA?: string | undefined; minPowerKw?: string | undefined; maxPowerKw?: string | undefined; minDurationS?: number | undefined; maxDurationS?: number | undefined; minIdleS?: number | undefined; maxIdleS?: number | undefined; reservation?: "made" | "expired" | undefined; groups?: (string)[] | undefined; coupons?: (string)[] | undefined; signal?: { name: string; atLeast?: string | undefined; below?: string | undefined } | undefined } | undefined })[] | undefined; series?: Record<string, { minutes: 15 | 30 | 60; prices: ({ at: string; price: string })[] }> | undefined; minPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined; maxPrice?: { excl?: string | undefined; incl?: string | undefined } | undefined } | undefined }
    answer: { id: string; version: number; warnings: ({ path: string; code: string; message: string })[] }
  }
  'POST /tariffs/{id}/versions/{version}/preview-past': {
    path: { id: string; version: number }
    query: {  }
    body: { siteId: string; sessions?: number | undefined }
    answer: { sessions: ({ sessionId: string; startedAt: string; endedAt: string; energyWh: string; billed: { currency: string; amountMinor: number }; would: { currency: string; amountMinor: number } })[]; billed: { currency: string; amountMinor: number }; would: { currency: string; amountMinor: number }; leftOut: ({ sessionId: string; because: "not-billed" | "other-currency" | "no-readings" | "one-reading" | "reading-unreadable" | "register-backwards" | "begin-at-zero" | "impossible-power" | "price-missing" })[] }
  }
  'POST /tenants': {
    path: {  }
    query: {  }
    body: { id: string; name: string; admin: { email: string; name: string; password: string } }
    answer: { id: string; name: string; createdAt: string }
  }
  'POST /tokens': {
    path: {  }
    query: {  }
    body: { uid: string; type?: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization" | undefined; status?: "accepted" | "blocked" | "expired" | "invalid" | undefined; driverId?: string | null | undefined; groupId?: string | null | undefined; expiresAt?: string | null | undefined }
    answer: { uid: string; type: "ISO14443" | "ISO15693" | "KeyCode" | "eMAID" | "App" | "Central" | "Local" | "NoAuthorization"; status: "accepted" | "blocked" | "expired" | "invalid"; driverId: string | null; groupId: string | null; expiresAt: string | null; changedAt: string }
  }
  'POST /unclaimed/{siteId}/{identity}/claim': {
    path: { siteId: string; identity: string }
    query: {  }
    body: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; security?: { profile: 0 | 1 | 2 | 3; password?: string | undefined } | undefined; circuit?: string | undefined; phaseRotation?: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR" | undefined; fallbackA?: number | undefined; registration?: "accepted" | "pending" | "rejected" | undefined; managed?: boolean | undefined; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[] }
    answer: { id: string; protocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1" | "ykc"; identity: string; circuit?: string | undefined; phaseRotation: "RST" | "RTS" | "SRT" | "STR" | "TRS" | "TSR" | "R" | "S" | "T" | "RS" | "ST" | "TR"; fallbackA?: number | undefined; registration: "accepted" | "pending" | "rejected"; managed: boolean; evses: ({ id: number; connectors: ({ id: number; type: "type1" | "type2" | "ccs1" | "ccs2" | "chademo" | "gbt-ac" | "gbt-dc" | "nacs" | "schuko"; maxPowerW: number; priority?: number | undefined; leastA?: number | undefined; wakes?: boolean | undefined })[] })[]; siteId: string; security: { profile: number; passwordSet: boolean }; reported: { vendor: string | null; model: string | null; serial: string | null; firmware: string | null; bootedAt: string | null; online: boolean | null; onlineAt: string | null }; createdAt: string }
  }
  'POST /users': {
    path: {  }
    query: {  }
    body: { email: string; name: string; password: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[] }
    answer: { id: string; email: string; name: string; roles: ("admin" | "operator" | "utility" | "oem" | "driver")[]; driverId: string | null; active: boolean; totp: boolean; createdAt: string }
  }
  'POST /wallet/refunds': {
    path: {  }
    query: {  }
    body: { amount: { currency: string; amountMinor: number } }
    answer: { amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; parts: ({ paymentId: string; provider: string; amount: { currency: string; amountMinor: number }; fee: { currency: string; amountMinor: number }; id: string; status: string })[] }
  }
  'POST /wallet/top-ups': {
    path: {  }
    query: {  }
    body: { amount: { currency: string; amountMinor: number }; paymentMethodId: string }
    answer: { paymentId: string; amount: { currency: string; amountMinor: number }; confirmation: "none" | "wanted" | "given" }
  }
  'PUT /billing/customers/{kind}/{id}': {
    path: { kind: "driver" | "fleet"; id: string }
    query: {  }
    body: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined }
    answer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined }
  }
  'PUT /billing/places/{id}': {
    path: { id: string }
    query: {  }
    body: { country: string; region?: string | null | undefined }
    answer: { country: string; region: string | null }
  }
  'PUT /billing/seller': {
    path: {  }
    query: {  }
    body: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined; timeZone?: string | undefined; monthly?: ("driver" | "fleet" | "tenant")[] | undefined }
    answer: { name: string; street?: string | undefined; city?: string | undefined; postalCode?: string | undefined; country: string; region?: string | undefined; taxId?: string | undefined; registration?: string | undefined; email?: string | undefined; timeZone: string; monthly: ("driver" | "fleet" | "tenant")[] }
  }
  'PUT /driver-groups': {
    path: {  }
    query: {  }
    body: { driverId: string; groups: (string)[] }
    answer: { driverId: string; groups: (string)[] }
  }
  'PUT /fleet-accounts/{id}': {
    path: { id: string }
    query: {  }
    body: { name: string; limit: { currency: string; amountMinor: number }; active: boolean }
    answer: { id: string }
  }
  'PUT /fleet-accounts/{id}/drivers/{driverId}': {
    path: { id: string; driverId: string }
    query: {  }
    body: undefined
    answer: { driverId: string }
  }
  'PUT /payment-methods/{id}/later-charges': {
    path: { id: string }
    query: {  }
    body: { agreed: boolean }
    answer: { id: string; laterCharges: boolean }
  }
  'PUT /payments/settings': {
    path: {  }
    query: {  }
    body: { providers: (string)[] | null; confirmAboveMinor: number | null; twoPeopleAboveMinor: number | null; marginPercent: number; laterCharges?: "never" | "with-consent" | undefined; walletRefundFeePercent?: number | undefined }
    answer: { providers: (string)[] | null; confirmAboveMinor: number | null; twoPeopleAboveMinor: number | null; marginPercent: number; laterCharges: "never" | "with-consent"; walletRefundFeePercent: number }
  }
  'PUT /settlements/payees/{party}': {
    path: { party: string }
    query: {  }
    body: { name: string; account: string; bank: string }
    answer: { party: string; name: string; account: string; bank: string }
  }
  'PUT /settlements/schedules/{id}': {
    path: { id: string }
    query: {  }
    body: { period: "day" | "week" | "month"; parties?: (string)[] | undefined; siteId?: string | null | undefined; timeZone?: string | undefined; holdBackPercent?: string | undefined; closes?: boolean | undefined; pays?: boolean | undefined; active?: boolean | undefined; from: string }
    answer: { period: "day" | "week" | "month"; parties: (string)[]; siteId: string | null; timeZone: string; holdBackPercent: string; closes: boolean; pays: boolean; active: boolean; id: string; nextDate: string; problem: string | null }
  }
  'PUT /sites/{id}/limits/{source}': {
    path: { id: string; source: string }
    query: {  }
    body: { limitW?: number | undefined; limitA?: number | [number, number, number] | undefined; exportLimitW?: number | undefined; from?: string | undefined; until?: string | undefined; reason: string; siteId?: string | undefined; eventId?: string | undefined; version?: number | undefined; cancelled?: boolean | undefined; randomiseStartS?: number | undefined; weekly?: ({ days: (number)[]; from: string; until: string })[] | undefined }
    answer: { source: string; limitW?: number | undefined; limitA?: [number, number, number] | undefined; exportLimitW?: number | undefined; from?: string | undefined; until?: string | undefined; reason: string; eventId?: string | undefined; version?: number | undefined; cancelled?: boolean | undefined; randomiseStartS?: number | undefined; weekly?: ({ days: (number)[]; from: string; until: string })[] | undefined; setBy: string; changedAt: string }
  }
  'PUT /sites/{id}/signals/{name}': {
    path: { id: string; name: string }
    query: {  }
    body: { value: string }
    answer: { items: ({ name: string; value: string; setAt: string })[] }
  }
  'PUT /tariffs/{id}/assignments': {
    path: { id: string }
    query: {  }
    body: { assignments: ({ siteId: string; connector?: string | null | undefined; fallback?: boolean | undefined })[] }
    answer: { id: string }
  }
}
