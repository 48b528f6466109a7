import { demoToken } from './site-file.ts'
import type { Settings } from './settings.ts'

/** What a newcomer needs to know, ending with the line that scripts wait for. */
export function greeting({ httpPort, localPort, ocppPort, dataDir, simulators }: Settings): string {
  const cloud = `http://127.0.0.1:${httpPort}`
  return `
  operator   ${cloud}/operator   operator@nova.test
  driver     ${cloud}/driver     driver@nova.test
  choose     ${cloud}/           also admin@, utility@ and oem@nova.test; password of all: nova-demo
  API        ${cloud}/api/docs
  edge       http://127.0.0.1:${localPort}/           token ${demoToken}
  chargers   ws://127.0.0.1:${ocppPort}/ocpp/{identity}${simulators ? '' : '   (no simulators: plug yours in)'}
  data       ${dataDir}   logs in ${dataDir}/logs   Ctrl-C stops everything

Nova-X is ready`
}
