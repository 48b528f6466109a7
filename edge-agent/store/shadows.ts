import type { Database } from 'better-sqlite3'
import type { ShadowRow, Shadows } from './contract.ts'

type Row = {
  readonly device_id: string
  readonly field: string
  readonly owner: ShadowRow['owner']
  readonly version: number
  readonly value: string | null
  readonly at: string
  readonly expires_at: string | null
}

/** Fields of devices. Whether a change is allowed (owner, version, age) the core has decided before. */
export function openShadows(db: Database, inCommit: (act: string) => void): Shadows {
  const columns = 'device_id, field, owner, version, value, at, expires_at'
  const put = db.prepare(
    `insert into shadows (${columns}) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (device_id, field) do update set owner = excluded.owner, version = excluded.version,
       value = excluded.value, at = excluded.at, expires_at = excluded.expires_at where excluded.version > version`
  )
  const find = db.prepare<[string, string], Row>(
    `select ${columns} from shadows where device_id = ? and field = ?`
  )
  const device = db.prepare<[string], Row>(`select ${columns} from shadows where device_id = ?`)
  const all = db.prepare<[], Row>(`select ${columns} from shadows`)
  return {
    put(row) {
      inCommit('shadows.put')
      put.run(row.deviceId, row.field, row.owner, row.version, row.value, row.at, row.expiresAt)
    },
    find(deviceId, field) {
      const row = find.get(deviceId, field)
      return row ? shadow(row) : null
    },
    device: (deviceId) => device.all(deviceId).map(shadow),
    all: () => all.all().map(shadow)
  }
}

const shadow = (row: Row): ShadowRow => ({
  deviceId: row.device_id,
  field: row.field,
  owner: row.owner,
  version: row.version,
  value: row.value,
  at: row.at,
  expiresAt: row.expires_at
})
