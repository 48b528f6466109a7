export {
  measured,
  reported,
  unknownConnector,
  view,
  type ConnectorState,
  type Measured,
  type Reported
} from './connector.ts'
export { changed, isAlive, type Change, type Field, type Refusal } from './field.ts'
export type { ConnectorView, RunningSession } from './view.ts'
export { underStation } from './whole-station.ts'
export { wishesOf } from './wishes.ts'
