import { z } from 'zod'
import { Charger } from '../model/charger.ts'
import { SentLimit } from '../model/limit.ts'
import { Token } from '../model/token.ts'
import { Identifier } from '../model/words.ts'
import { Plan, TariffDefault } from '../tariff/plan.ts'

/** Beyond so many the list of a site is not whole: whom it does not name may be known to the cloud. */
export const mostTokens = 100_000

const SignalValue = z.strictObject({ name: z.string().min(1).max(60), value: z.string().max(20) })

/**
 * Desired state: sections with a version each, whole or not at all, newer replaces older, never a queue. What
 * comes from the cloud is merged with what the site file says; the file wins for the same id.
 */
export const sections = {
  chargers: z.strictObject({ chargers: z.array(Charger).max(1000) }),
  tokens: z.strictObject({ tokens: z.array(Token).max(mostTokens) }),
  // The edge judges each limit for itself: one without sense does not take the others with it.
  limits: z.strictObject({ limits: z.array(SentLimit).max(200) }),
  tariffs: z.strictObject({
    plans: z.array(Plan).max(16),
    defaults: z.array(TariffDefault).max(200),
    // Newest values that only the cloud hears of and prices ask for; they hold from when the edge has noted them.
    signals: z.array(SignalValue).max(50).optional()
  })
} as const

export const Section = z.enum(['chargers', 'tokens', 'limits', 'tariffs'])
export type Section = z.infer<typeof Section>
export type SectionBody<Name extends Section> = z.infer<(typeof sections)[Name]>

export const DesiredVersions = z.record(Section, z.int().min(0))
export type DesiredVersions = z.infer<typeof DesiredVersions>

/** On the wire: zstd(JSON). The edge answers nothing; its next hello or live `state` names what it has. */
export const Desired = z.discriminatedUnion('section', [
  z.strictObject({
    v: z.literal(1),
    site: Identifier,
    version: z.int().min(1),
    section: z.literal('chargers'),
    body: sections.chargers
  }),
  z.strictObject({
    v: z.literal(1),
    site: Identifier,
    version: z.int().min(1),
    section: z.literal('tokens'),
    body: sections.tokens
  }),
  z.strictObject({
    v: z.literal(1),
    site: Identifier,
    version: z.int().min(1),
    section: z.literal('limits'),
    body: sections.limits
  }),
  z.strictObject({
    v: z.literal(1),
    site: Identifier,
    version: z.int().min(1),
    section: z.literal('tariffs'),
    body: sections.tariffs
  })
])
export type Desired = z.infer<typeof Desired>
