import { isSpoken, spokenProtocols, type Circuit } from '@nova/shared-protocol/model'
import type { Located } from './located.ts'
import { checkPower } from './power-checks.ts'
import type { Problem } from './problem.ts'
import type { SiteFile } from './schema.ts'

/** What no single field can show: references, loops, doubles. Lines are those of the offending field. */
export function checkTogether(file: SiteFile, located: Located): Problem[] {
  return [
    ...doubles(file, located),
    ...strangers(file, located),
    ...unspoken(file, located),
    ...loops(file.circuits, located),
    ...connectorDoubles(file, located),
    ...timeZone(file, located),
    ...passwords(file, located),
    ...checkPower(file, located)
  ]
}

function doubles(file: SiteFile, located: Located): Problem[] {
  const names = (list: string, field: string, values: readonly string[]) =>
    repeated(values).map(([index, first]) =>
      located.problem(
        [list, index, field],
        `"${values[index]}" a second time`,
        `each ${field} once (first at ${list}[${first}])`
      )
    )
  return [
    ...names(
      'circuits',
      'id',
      file.circuits.map((circuit) => circuit.id)
    ),
    ...names(
      'chargers',
      'id',
      file.chargers.map((charger) => charger.id)
    ),
    ...names(
      'chargers',
      'identity',
      file.chargers.map((charger) => charger.identity)
    ),
    ...names(
      'devices',
      'id',
      file.devices.map((device) => device.id)
    ),
    ...names(
      'tokens',
      'uid',
      file.tokens.map((token) => token.uid.toUpperCase())
    )
  ]
}

/** @returns [index, index of its first appearance] of every value that was there before */
function repeated(values: readonly string[]): (readonly [number, number])[] {
  const seen = new Map<string, number>()
  const again: (readonly [number, number])[] = []
  values.forEach((value, index) => {
    const first = seen.get(value)
    if (first === undefined) seen.set(value, index)
    else again.push([index, first])
  })
  return again
}

/** A charger that could never come in is no charger: better now than an empty place on the screen. */
function unspoken(file: SiteFile, located: Located): Problem[] {
  return file.chargers.flatMap(({ protocol }, index) =>
    isSpoken(protocol)
      ? []
      : [
          located.problem(
            ['chargers', index, 'protocol'],
            `"${protocol}", which this version does not speak yet`,
            spokenProtocols.join(', ')
          )
        ]
  )
}

function strangers(file: SiteFile, located: Located): Problem[] {
  const circuits = ['grid', ...file.circuits.map((circuit) => circuit.id)]
  const meters = file.devices.filter((device) => device.kind === 'meter').map((device) => device.id)
  const unknown = (path: readonly PropertyKey[], name: string | undefined, known: readonly string[]) =>
    name === undefined || known.includes(name)
      ? []
      : [
          located.problem(
            path,
            `"${name}", which is not there`,
            known.join(', ') || 'no such thing is configured'
          )
        ]
  return [
    ...unknown(['grid', 'meter'], file.grid.meter, meters),
    ...file.circuits.flatMap((circuit, index) =>
      circuit.id === 'grid'
        ? [
            located.problem(
              ['circuits', index, 'id'],
              '"grid"',
              'any name but grid, which is the connection itself'
            )
          ]
        : unknown(['circuits', index, 'parent'], circuit.parent, circuits)
    ),
    ...file.chargers.flatMap((charger, index) =>
      unknown(['chargers', index, 'circuit'], charger.circuit, circuits)
    )
  ]
}

function loops(circuits: readonly Circuit[], located: Located): Problem[] {
  const parents = new Map(circuits.map((circuit) => [circuit.id, circuit.parent]))
  return circuits.flatMap((circuit, index) => {
    const way = [circuit.id]
    for (
      let next = circuit.parent;
      next !== 'grid' && parents.has(next);
      next = parents.get(next) ?? 'grid'
    ) {
      way.push(next)
      if (next === circuit.id) {
        return [
          located.problem(
            ['circuits', index, 'parent'],
            `a loop: ${way.join(' → ')}`,
            'a tree that ends at grid'
          )
        ]
      }
      if (way.length > circuits.length) return [] // Leads into a loop further up, which is reported there.
    }
    return []
  })
}

function connectorDoubles(file: SiteFile, located: Located): Problem[] {
  return file.chargers.flatMap((charger, at) => [
    ...repeated(charger.evses.map((evse) => String(evse.id))).map(([index]) =>
      located.problem(
        ['chargers', at, 'evses', index, 'id'],
        `EVSE ${charger.evses[index]?.id} a second time`,
        'each id once'
      )
    ),
    ...charger.evses.flatMap((evse, place) =>
      repeated(evse.connectors.map((connector) => String(connector.id))).map(([index]) =>
        located.problem(
          ['chargers', at, 'evses', place, 'connectors', index, 'id'],
          `connector ${evse.connectors[index]?.id} a second time`,
          'each id once in an EVSE'
        )
      )
    )
  ])
}

function timeZone(file: SiteFile, located: Located): Problem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: file.site.timeZone })
    return []
  } catch {
    return [
      located.problem(['site', 'timeZone'], `"${file.site.timeZone}"`, 'an IANA zone such as Asia/Shanghai')
    ]
  }
}

/** Profiles 1 and 2 are basic authentication: without a password nobody could ever come in. */
function passwords(file: SiteFile, located: Located): Problem[] {
  return file.chargers.flatMap((charger, index) => {
    const { profile, password } = charger.security
    const needed = profile === 1 || profile === 2
    if (needed && password === undefined) {
      return [
        located.problem(
          ['chargers', index, 'security', 'password'],
          'nothing',
          `a password of 16 to 40 characters with profile ${profile}`
        )
      ]
    }
    const tlsNeeded = profile >= 2 && file.ocpp.tls === undefined
    return tlsNeeded
      ? [
          located.problem(
            ['chargers', index, 'security', 'profile'],
            `${profile} (TLS)`,
            'a profile below 2, or ocpp.tls configured'
          )
        ]
      : []
  })
}
