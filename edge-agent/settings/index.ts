export type { Problem } from './problem.ts'
export {
  loadSettings,
  SettingsFault,
  type Complaint,
  type Overrides,
  type Settings,
  type TlsFiles
} from './load.ts'
export { variables } from './environment.ts'
export { commandKeyBlock } from './credentials.ts'
export type { GridOperatorSettings, ParticipantDevice } from './power.ts'
export type { SiteFile, TariffFile } from './schema.ts'
export type { Credentials } from './credentials.ts'
