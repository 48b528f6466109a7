import type { Identities } from './identities.ts'

/** A frame is at most 500 events; with room for base64 and a careless charger's raw messages. */
const maxPayload = '4MB'

export type Place = {
  readonly host: string
  /** -1: the server picks one and writes it into `portsFolder`. */
  readonly port: number
  readonly storeFolder: string
  readonly portsFolder: string
}

/** Text of a nats-server configuration (2.9 or later) that admits only who carries a JWT of ours. */
export function configurationOf(who: Identities, place: Place): string {
  return `# Written at each start: changes here are lost. See deploy/nats/configuration.ts.
server_name: nova
listen: "${place.host}:${place.port}"
ports_file_dir: ${quoted(place.portsFolder)}
max_payload: ${maxPayload}
operator: ${who.operatorJwt}
system_account: ${who.systemAccount.id}
resolver: MEMORY
resolver_preload: {
  ${who.systemAccount.id}: ${who.systemAccount.jwt}
  ${who.novaAccount.id}: ${who.novaAccount.jwt}
}
jetstream: {
  store_dir: ${quoted(place.storeFolder)}
  max_mem: 256MB
  max_file: 20GB
}
`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

type Rule = { readonly fault: string; readonly breaks: (text: string) => boolean }

const rules: readonly Rule[] = [
  { fault: 'no_auth_user lets anonymous clients in', breaks: (text) => has(text, 'no_auth_user') },
  {
    // CVE-2023-47090: with only the system account declared, clients without credentials got into $G.
    fault: 'authorization beside accounts that are only $SYS lets anonymous clients in (CVE-2023-47090)',
    breaks: (text) => has(text, 'authorization') && onlySystemAccount(text)
  },
  {
    fault: 'neither operator mode nor authorization nor accounts: everybody may connect',
    breaks: (text) => !['operator', 'authorization', 'accounts'].some((word) => has(text, word))
  },
  {
    fault: 'no jetstream store_dir: data would go to a temporary folder',
    breaks: (text) => !has(text, 'store_dir')
  },
  {
    fault: 'a password in plain text',
    breaks: (text) => /^\s*(password|pass|token)\s*[:=]\s*"?(?!\$2[aby]\$|\$\{?[A-Z])[^\s"]+/m.test(text)
  }
]

/** What in a configuration's text would leave the server open; empty when it is sound. */
export function faultsOf(text: string): readonly string[] {
  const bare = text.replaceAll(/(^|\s)(#|\/\/).*$/gm, '')
  return rules.filter(({ breaks }) => breaks(bare)).map(({ fault }) => fault)
}

function has(text: string, word: string): boolean {
  return new RegExp(`(^|[\\s{,])"?${word}"?\\s*[:={]|(^|\\n)\\s*${word}\\s+\\S`, 'm').test(text)
}

function onlySystemAccount(text: string): boolean {
  const block = /(^|\n)\s*accounts\s*[:=]?\s*\{/.exec(text)
  if (block === null) return false
  const names = topNames(text.slice(block.index + block[0].length))
  return names.length > 0 && names.every((name) => name === '$SYS' || name === 'SYS')
}

/** Names directly inside a block whose opening brace has been read. */
function topNames(text: string): readonly string[] {
  const names: string[] = []
  let depth = 1
  for (const part of text.matchAll(/[{}]|"?([$\w]+)"?\s*(?=[:=]?\s*\{)/g)) {
    if (part[0] === '}') depth -= 1
    else if (part[0] === '{') depth += 1
    else if (depth === 1 && part[1] !== undefined) names.push(part[1])
    if (depth === 0) break
  }
  return names
}
