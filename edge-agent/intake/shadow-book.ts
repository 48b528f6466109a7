import { changed, type Field } from '../core/shadow/index.ts'
import type { Needs } from './contract.ts'

type Wishes = Readonly<Record<string, unknown>>
type Device = ReadonlyMap<string, Field>

/** The shadows of all devices, in memory as on the disk. */
export type ShadowBook = {
  /** In a commit: what was heard of it. */
  save(deviceId: string, field: string, value: unknown, at: string): void
  /** In a commit: what the cloud wants of it, whole; only what differs is written. */
  wish(deviceId: string, wishes: Wishes, told: { readonly version: number; readonly at: string }): void
  /** Whether `wish` would write something. */
  differs(deviceId: string, wishes: Wishes): boolean
  /** Devices of which the cloud wants something. */
  wishedOf(): readonly string[]
  fields(deviceId: string): Device
}

export function openShadowBook(needs: Pick<Needs, 'store'>): ShadowBook {
  const shadows = loadShadows(needs)
  const write = (deviceId: string, name: string, field: Field): void => {
    const device = shadows.get(deviceId) ?? new Map<string, Field>()
    shadows.set(deviceId, device.set(name, field))
    needs.store.shadows.put({ deviceId, field: name, ...field, value: textOf(field.value) })
  }
  const fields = (deviceId: string): Device => shadows.get(deviceId) ?? nothing
  return {
    save(deviceId, name, value, at) {
      const before = fields(deviceId).get(name)
      const field = changed(before, { by: 'edge', value, at, version: (before?.version ?? 0) + 1 })
      if (typeof field !== 'string') write(deviceId, name, field) // Else the cloud owns it.
    },
    wish(deviceId, wishes, { version, at }) {
      for (const [name, value] of unlike(fields(deviceId), wishes)) {
        const field = changed(fields(deviceId).get(name), { by: 'cloud', value, at, version })
        if (typeof field !== 'string') write(deviceId, name, field) // Else heard already, or the edge's own.
      }
    },
    differs: (deviceId, wishes) => unlike(fields(deviceId), wishes).length > 0,
    wishedOf: () => [...shadows].flatMap(([id, device]) => (wishedIn(device).length > 0 ? [id] : [])),
    fields
  }
}

const nothing: Device = new Map()

const wishedIn = (fields: Device): string[] =>
  [...fields].flatMap(([name, { owner, value }]) => (owner === 'cloud' && value !== null ? [name] : []))

/** What is wanted and is not so yet; null: what is wanted no more. */
function unlike(device: Device, wishes: Wishes): [name: string, wanted: unknown][] {
  const names = [...new Set([...Object.keys(wishes), ...wishedIn(device)])]
  return names.flatMap((name): [string, unknown][] => {
    const wanted = wishes[name] ?? null
    const held = device.get(name)?.value ?? null
    return JSON.stringify(wanted) === JSON.stringify(held) ? [] : [[name, wanted]]
  })
}

const textOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

function loadShadows({ store }: Pick<Needs, 'store'>): Map<string, Map<string, Field>> {
  const shadows = new Map<string, Map<string, Field>>()
  for (const { deviceId, field, value, ...rest } of store.shadows.all()) {
    const device = shadows.get(deviceId) ?? new Map<string, Field>()
    shadows.set(
      deviceId,
      device.set(field, { ...rest, value: value === null ? null : (JSON.parse(value) as unknown) })
    )
  }
  return shadows
}
