import { sections, type Desired, type Section, type SectionBody } from '@nova/shared-protocol/messages'
import { Charger, sayMisfit, type SiteLimit, type Token } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Change, Needs, Outcome, SiteState } from './contract.ts'
import { merge, type LeftOut, type Sources, type Wanted } from './merge.ts'

const shelf = 'local-chargers'
const LocalChargers = z.record(z.string(), Charger.nullable())

/** @throws when what the database holds is none of ours */
export function openSiteState(needs: Needs): SiteState {
  const state = new State(needs)
  return {
    wanted: () => state.wanted,
    apply: (desired) => state.apply(desired),
    putCharger: (charger, actor) => state.putCharger(charger, actor),
    deleteCharger: (id, actor) => state.deleteCharger(id, actor),
    putToken: (token, actor) => state.putToken(token, actor),
    putLimit: (limit, actor) => state.putLimit(limit, actor),
    deleteLimit: (source, actor) => state.deleteLimit(source, actor)
  }
}

class State {
  readonly #needs: Needs
  #sources: Sources
  wanted: Wanted

  constructor(needs: Needs) {
    this.#needs = needs
    this.#sources = {
      wiring: needs.wiring,
      file: needs.file,
      cloud: {
        chargers: this.#section('chargers')?.chargers ?? [],
        tokens: this.#section('tokens')?.tokens ?? [],
        limits: this.#section('limits')?.limits ?? [],
        tariffs: this.#section('tariffs') ?? null
      },
      local: {
        chargers: new Map(Object.entries(LocalChargers.parse(JSON.parse(needs.meta.get(shelf) ?? '{}')))),
        limits: needs.limits.list()
      }
    }
    this.wanted = merge(this.#sources)
  }

  #section<Name extends Section>(name: Name): SectionBody<Name> | undefined {
    const held = this.#needs.sections.section(name)
    return held ? (sections[name].parse(held.body) as SectionBody<Name>) : undefined
  }

  async apply({ section, version, body }: Pick<Desired, 'section' | 'version' | 'body'>): Promise<Outcome> {
    const cloud = { ...this.#sources.cloud, ...inCloud(section, body) }
    const next = { ...this.#sources, cloud }
    const newer = await this.#needs.commit(() => this.#needs.sections.put(section, version, body))
    if (newer) this.#become(next, only(section))
    return { ok: true }
  }

  async putCharger(charger: Charger, actor: string): Promise<Outcome> {
    const next = this.#withLocal(charger.id, charger)
    const problem = newTrouble(this.wanted, merge(next), charger.id)
    if (problem !== undefined) return { ok: false, problem }
    await this.#keepChargers(next, actor, `put charger ${charger.id}`, charger.id)
    return { ok: true }
  }

  async deleteCharger(id: string, actor: string): Promise<boolean> {
    if (!this.wanted.chargers.some((charger) => charger.id === id)) return false
    await this.#keepChargers(this.#withLocal(id, null), actor, `delete charger ${id}`, id)
    return true
  }

  async putToken(token: Token, actor: string): Promise<void> {
    await this.#needs.commit(() => {
      this.#needs.tokens.put(token)
      this.#needs.audit(actor, 'put token', 'tokens', `status ${token.status}`)
    })
    this.#become(this.#sources, only('tokens'))
  }

  async putLimit(limit: SiteLimit, actor: string): Promise<void> {
    await this.#needs.commit(() => {
      this.#needs.limits.put(limit)
      this.#needs.audit(actor, `put limit ${limit.source}`, limit.source, JSON.stringify(limit))
    })
    this.#readLimits()
  }

  async deleteLimit(source: string, actor: string): Promise<boolean> {
    const there = await this.#needs.commit(() => {
      const deleted = this.#needs.limits.delete(source)
      if (deleted) this.#needs.audit(actor, `delete limit ${source}`, source, 'deleted')
      return deleted
    })
    if (there) this.#readLimits()
    return there
  }

  #readLimits(): void {
    const local = { ...this.#sources.local, limits: this.#needs.limits.list() }
    this.#become({ ...this.#sources, local }, only('limits'))
  }

  #withLocal(id: string, charger: Charger | null): Sources {
    const chargers = new Map(this.#sources.local.chargers).set(id, charger)
    return { ...this.#sources, local: { ...this.#sources.local, chargers } }
  }

  async #keepChargers(next: Sources, actor: string, act: string, subject: string): Promise<void> {
    await this.#needs.commit(() => {
      this.#needs.meta.put(shelf, JSON.stringify(Object.fromEntries(next.local.chargers)))
      this.#needs.audit(actor, act, subject, 'local API')
    })
    this.#become(next, only('chargers'))
  }

  #become(next: Sources, change: Change): void {
    this.#sources = next
    this.wanted = merge(next)
    this.#needs.changed(this.wanted, change)
  }
}

const only = (section: Section): Change => ({
  chargers: section === 'chargers',
  tokens: section === 'tokens',
  tariffs: section === 'tariffs',
  limits: section === 'limits'
})

/** On the spot nobody is left out or loses a stated fallback silently: what does not fit is refused. */
function newTrouble(before: Wanted, after: Wanted, chargerId: string): string | undefined {
  const old = new Set(troubles(before).map((each) => each.chargerId))
  return troubles(after).find((each) => each.chargerId === chargerId || !old.has(each.chargerId))?.because
}

const troubles = ({ leftOut, fallbacks }: Wanted): LeftOut[] => [
  ...leftOut,
  ...fallbacks.flatMap(({ chargerId, kind, misfit }) =>
    kind === 'refused' && misfit !== null
      ? [{ chargerId, because: `the fallback of ${chargerId} does not fit: ${sayMisfit(misfit)}` }]
      : []
  )
]

function inCloud(section: Section, body: Desired['body']): Partial<Sources['cloud']> {
  return section === 'tariffs'
    ? { tariffs: body as SectionBody<'tariffs'> }
    : (body as Partial<Sources['cloud']>)
}
