import { believed, type Needs } from '@nova/edge-agent/participants'
import type { ControlLoop } from '@nova/edge-agent/power'
import type { DaySite } from '../site.ts'
import type { Ticker } from '../ticker.ts'
import type { Part } from './device.ts'
import { driverOf } from './driver.ts'

export type Wish = Needs['wish']

export type Around = {
  readonly clock: Ticker
  readonly parts: readonly Part[]
  readonly meter: Needs['meter']
  readonly wish: Wish
  readonly isFeedInLimited: boolean // Whether limits on it are obeyed at all.
  readonly books: { readonly alarms: Map<string, number>; readonly warnings: string[] }
  site(): DaySite
  loop(): ControlLoop | null
}

/** What the edge's participants need, met by the simulated day. */
export function partsNeeds({ clock, parts, meter, wish, books, site, loop, isFeedInLimited }: Around): Needs {
  return {
    clock,
    drivers: parts.map(driverOf),
    meter: believed(meter, () => loop()?.allocation()?.meter === 'good'),
    doubtedMeter: meter,
    voltageV: 230,
    get limitA() {
      return site().grid.limitA
    },
    get circuits() {
      return site().circuits
    },
    wish,
    trip: () => null,
    planned: () => null,
    sight: () => loop()?.sight() ?? null,
    exportLimitW: () => (isFeedInLimited ? least(site().grid, loop()?.allocation()?.limits ?? []) : null),
    limitW: () => loop()?.allocation()?.limitW ?? null,
    alarms: {
      raise: ({ code }) => books.alarms.set(code, (books.alarms.get(code) ?? 0) + 1),
      clear: () => undefined
    },
    changed: () => loop()?.wake(),
    log: { warn: (detail, message) => void books.warnings.push(`${message} ${said(detail['err'])}`) }
  }
}

type Limited = { readonly exportLimitW?: number | undefined }

/** As the joint does it: the least of the connection's own and the limits that hold now. */
function least(grid: Limited, limits: readonly Limited[]): number | null {
  const all = [grid, ...limits].flatMap(({ exportLimitW }) =>
    exportLimitW === undefined ? [] : [exportLimitW]
  )
  return all.length === 0 ? null : Math.min(...all)
}

const said = (cause: unknown): string =>
  cause instanceof Error ? cause.message : JSON.stringify(cause ?? '')
