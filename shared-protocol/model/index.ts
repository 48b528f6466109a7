export { AlarmCode, Severity } from './alarm.ts'
export {
  Allocation,
  type ConnectorAllocation,
  LimitSource,
  SentLimit,
  SiteLimit,
  type WeeklyWindow
} from './limit.ts'
export {
  ConnectorForecast,
  ForecastPoint,
  LimitState,
  PowerNode,
  PowerParticipant,
  PowerPicture
} from './power-picture.ts'
export {
  Charger,
  ChargerSecurity,
  Connector,
  ConnectorType,
  Evse,
  isSpoken,
  Protocol,
  Registration,
  spokenProtocols
} from './charger.ts'
export {
  connectorKey,
  ConnectorKey,
  ConnectorStatus,
  readConnectorKey,
  type ConnectorAddress
} from './connector.ts'
export {
  judgeLimit,
  judgeVersion,
  LimitRefusalName,
  refusalStatus,
  sameLimit,
  versionOf,
  type JudgedSite,
  type LimitRefusal
} from './limit-sense.ts'
export { Identifier, Instant, LocalTime, TimeZone } from './words.ts'
export { Reading, RegisterReading, Trust } from './reading.ts'
export { longestSigned, SignedValue } from './signed.ts'
export { ReviewReason, SessionStatus, StopReason } from './session.ts'
export { Circuit, Grid, phasesOf, PhaseRotation, StrategyName } from './site.ts'
export {
  connectorPhases,
  ratingOf,
  sayMisfit,
  settleFallbacks,
  type Misfit,
  type Settled,
  type Wiring
} from './wiring.ts'
export { Token, TokenStatus, TokenType } from './token.ts'
