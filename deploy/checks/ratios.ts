import { proportions } from './habits.ts'
import { roomOf } from './law.ts'
import type { House } from './reader.ts'

/** Lines of tests to a line of code, by room; the record is the floor below which a room may not fall. */
export type Ratios = Readonly<Record<string, number>>

const steps = 20 // A record is kept in twentieths: not each line that is written moves it.
const leastCode = 50 // A smaller room is tested by those who open it.

/** Rooms as they are counted: one that keeps its folders apart is as many rooms, a context is one. */
function countedAs(file: string): string | undefined {
  const room = roomOf(file)
  if (room === undefined) return undefined
  const folder = room.folder.replace(/\/\*.*$/, '')
  if (room.apart !== true && folder === room.folder) return folder
  const [next = '', inside] = file.slice(folder.length + 1).split('/')
  return inside === undefined ? folder : `${folder}/${next}`
}

/** Screens are tested through a browser and simulators by what they are used for: they are not counted. */
const uncounted = /^(cloud\/web|simulators)(\/|$)/

export function ratiosOf(house: House): Ratios {
  const places = new Map([...house.files.keys()].map((file) => [file, countedAs(file)]))
  const rooms = [...new Set(places.values())].filter(
    (room): room is string => room !== undefined && !uncounted.test(room)
  )
  const found = rooms.toSorted().flatMap((room): [string, number][] => {
    const { tests, code } = proportions(house, (file) => places.get(file) === room)
    return code < leastCode ? [] : [[room, tests / code]]
  })
  return Object.fromEntries(found)
}

/** What is below its record or has none, in words. */
export function fallenBelow(now: Ratios, record: Ratios): readonly string[] {
  return Object.entries(now).flatMap(([room, ratio]) => {
    const floor = record[room]
    if (floor === undefined) return [`${room}: no record yet; npm run plan writes it`]
    const shown = `${room}: ${ratio.toFixed(2)} lines of tests to one of code`
    return ratio < floor ? [`${shown}, it had ${floor}: what was written came without its tests`] : []
  })
}

/** The record raised to what is reached now; never lowered. Rooms that are gone leave it. */
export function raised(now: Ratios, record: Ratios): Ratios {
  const kept = Object.entries(now).map(([room, ratio]): [string, number] => [
    room,
    Math.max(record[room] ?? 0, Math.floor(ratio * steps) / steps)
  ])
  return Object.fromEntries(kept)
}
