import { demoToken } from './site-file.ts'
import type { Settings } from './settings.ts'

/**
 * What a newcomer needs to know, ending with the line that scripts wait for; with what to do instead when a part that the
 * rest can do without (`missing`: why) did not come up.
 */
export function greeting(settings: Settings, missing: readonly string[]): string {
  const { httpPort, localPort, ocppPort, dataDir, simulators } = settings
  const cloud = `http://127.0.0.1:${httpPort}`
  return `
  operator   ${cloud}/operator   operator@nova.test
  driver     ${cloud}/driver     driver@nova.test
  choose     ${cloud}/           also admin@, utility@ and oem@nova.test; password of all: nova-demo
  API        ${cloud}/api/docs
  edge       http://127.0.0.1:${localPort}/           token ${demoToken}
  chargers   ws://127.0.0.1:${ocppPort}/ocpp/{identity}${simulators ? '' : '   (no simulators: plug yours in)'}
  data       ${dataDir}   logs in ${dataDir}/logs   Ctrl-C stops everything

${missing.length === 0 ? 'Nova-X is ready' : without(missing)}`
}

const without = (missing: readonly string[]): string =>
  `Nova-X runs, but not its demo: ${missing.join('; ')}
Mend that and start again, or leave the simulated devices away: npm start -- --no-simulators`
