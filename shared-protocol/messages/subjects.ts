import { Identifier } from '../model/words.ts'

/** Every NATS subject there is. `v1` is the version of the whole language; a changed meaning is a v2 beside it. */
const site = (siteId: string) => `nova.v1.site.${Identifier.parse(siteId)}`

export const subjects = {
  /** Up, JetStream: frames of facts and history. */
  frame: (siteId: string) => `${site(siteId)}.frame`,
  /** Down: "site S is durable up to N". */
  durable: (siteId: string) => `${site(siteId)}.durable`,
  /** Up, request and reply: who am I, what epoch do I have, what is desired. */
  hello: (siteId: string) => `${site(siteId)}.hello`,
  /** Up, request and reply: may this token charge? */
  token: (siteId: string) => `${site(siteId)}.token`,
  /** Up, core NATS, newest only. */
  live: (siteId: string, topic: string) => `${site(siteId)}.live.${topic}`,
  /** Down, request and reply. */
  command: (siteId: string) => `${site(siteId)}.command`,
  /** Down, request and reply: a question that changes nothing. */
  ask: (siteId: string) => `${site(siteId)}.ask`,
  /** Down: one section of the desired state. */
  desired: (siteId: string) => `${site(siteId)}.desired`,
  /** Inside the cloud. */
  domain: (partition: number, context: string, event: string) => `nova.v1.${partition}.${context}.${event}`,
  dead: (context: string) => `nova.v1.dead.${context}`
} as const

/** Wildcards that the cloud listens on. */
export const everySite = {
  frame: 'nova.v1.site.*.frame',
  hello: 'nova.v1.site.*.hello',
  token: 'nova.v1.site.*.token',
  live: 'nova.v1.site.*.live.>'
} as const

/** The site named in a subject, or undefined when the subject is not one of ours. */
export function siteOf(subject: string): string | undefined {
  const [nova, version, word, siteId] = subject.split('.')
  return nova === 'nova' && version === 'v1' && word === 'site' ? siteId : undefined
}
