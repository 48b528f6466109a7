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
  readonly #unkept = new Map<string, SiteLimit>() // Given here by source, while nothing can be stored.
  #kept: readonly SiteLimit[] // The cloud's limits that are stored.
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
    this.#kept = this.#sources.cloud.limits
    this.wanted = merge(this.#sources)
  }

  #section<Name extends Section>(name: Name): SectionBody<Name> | undefined {
    const held = this.#needs.sections.section(name)
    return held ? (sections[name].parse(held.body) as SectionBody<Name>) : undefined
  }

  async apply({ section, version, body }: Pick<Desired, 'section' | 'version' | 'body'>): Promise<Outcome> {
    const given = inCloud(section, body)
    try {
      const newer = await this.#needs.commit(() => this.#needs.sections.put(section, version, body))
      if (!newer) return { ok: true }
    } catch (cause) {
      this.#holdBesides(given.limits ?? [])
      throw cause
    }
    const cloud = { ...this.#sources.cloud, ...given }
    this.#kept = given.limits ?? this.#kept
    this.#become({ ...this.#sources, cloud }, only(section))
    return { ok: true }
  }

  /** A full disk must not keep a lower limit away: unkept ones hold beside the kept, and the smallest rules. */
  #holdBesides(limits: readonly SiteLimit[]): void {
    if (limits.length === 0) return
    const cloud = { ...this.#sources.cloud, limits: [...this.#kept, ...limits] }
    this.#become({ ...this.#sources, cloud }, only('limits'))
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
    try {
      await this.#needs.commit(() => {
        this.#needs.limits.put(limit)
        this.#needs.audit(actor, `put limit ${limit.source}`, limit.source, JSON.stringify(limit))
      })
      this.#unkept.delete(limit.source)
    } catch (cause) {
      this.#unkept.set(limit.source, limit)
      throw cause
    } finally {
      this.#readLimits()
    }
  }

  async deleteLimit(source: string, actor: string): Promise<boolean> {
    const there = await this.#needs.commit(() => {
      const deleted = this.#needs.limits.delete(source)
      if (deleted) this.#needs.audit(actor, `delete limit ${source}`, source, 'deleted')
      return deleted
    })
    const wasUnkept = this.#unkept.delete(source)
    if (there || wasUnkept) this.#readLimits()
    return there || wasUnkept
  }

  #readLimits(): void {
    const limits = [...this.#needs.limits.list(), ...this.#unkept.values()]
    const local = { ...this.#sources.local, limits }
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
