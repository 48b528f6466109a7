import type { Needs } from '@nova/edge-agent/power'

/**
 * Safety rules that can be switched off one by one: a judge worth his name finds days above the limit then. Rules that
 * stand behind each other (what was lost counts, the site's meter shows it) are not among them: no day tells one gone.
 */
export const rules = {
  'limits obeyed': 'limits by time and by hand never reach the loop',
  'cloud silence obeyed': 'the cloud counts as heard whatever happens',
  'other times counted': 'after a jump the wall clock is believed at once',
  'liars stopped': 'orders to stop a session that ignores its limit go nowhere',
  'meter watched': 'what the site draws beside its chargers is never seen',
  'readings heard': 'chargers count as idle: what they draw is never shown',
  'fallbacks lowered': 'stored fallbacks are never sent, and count as stored',
  'feed-in limited': 'no limit on what is fed in reaches inverters and batteries'
} as const

export type Rule = keyof typeof rules

/** The loop's needs with one rule off; feed-in is limited by the participants. */
export function without(rule: Rule, needs: Needs): Needs {
  switch (rule) {
    case 'limits obeyed':
      return { ...needs, limits: () => none }
    case 'cloud silence obeyed':
      return {
        ...needs,
        cloud: () => ({ heardAtMs: needs.clock.monotonicMs(), limitsHeardAtMs: needs.clock.monotonicMs() })
      }
    case 'other times counted':
      return {
        ...needs,
        limits: () => needs.limits().filter(({ reason }) => !reason.includes('clock is not trusted'))
      }
    case 'liars stopped':
      return { ...needs, chargers: { ...needs.chargers, perform: async () => said } }
    case 'meter watched':
      return { ...needs, meter: blind(needs) }
    case 'readings heard':
      return { ...needs, views: unheard(needs.views) }
    case 'fallbacks lowered':
      return { ...needs, chargers: { ...needs.chargers, fallback: async () => said } }
    case 'feed-in limited':
      return needs
  }
}

const none: ReturnType<Needs['limits']> = []
const said = { kind: 'accepted', answer: null } as const

/** Shows what the chargers' own meters show, and nothing else. */
function blind({ meter, views }: Needs): Needs['meter'] {
  return (
    meter && {
      latest: () => {
        const latest = meter.latest()
        if (latest === null) return null
        const powerW = views().reduce((sum, { reading }) => sum + (reading?.powerW ?? 0), 0)
        return { ...latest, reading: { at: latest.reading.at, powerW } }
      }
    }
  )
}

type Views = Needs['views']

/** The same list for the same list, as the loop expects it. */
function mapped(views: Views, of: (view: ReturnType<Views>[number]) => ReturnType<Views>[number]): Views {
  let [before, after]: [ReturnType<Views>, ReturnType<Views>] = [[], []]
  return () => {
    const now = views()
    if (now !== before) after = now.map(of)
    before = now
    return after
  }
}

const unheard = (views: Views): Views =>
  mapped(views, (view) => ({ ...view, reading: null, readingHeardAtMs: null }))
