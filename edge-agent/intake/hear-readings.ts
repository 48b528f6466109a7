import { newestOpen, readings } from '../core/sessions/index.ts'
import { measured } from '../core/shadow/index.ts'
import type { ReadingsReport } from '../drivers/contract.ts'
import { believable } from './believable.ts'
import { change } from './change.ts'
import { readingField } from './hot.ts'
import type { Room } from './room.ts'
import { hasteOf, isDue, noteAnswer, sample } from './samples.ts'

/** Memory first: the control loop needs what was measured even when the disk takes nothing. */
export async function hearReadings(room: Room, said: ReadingsReport): Promise<void> {
  const { hot } = room
  const report = believable(room, said)
  const heard = { heardAt: report.heardAt, monotonicMs: report.heardMs }
  const heeded = measured(hot.state(report), report.readings, heard)
  if (heeded) hot.setState(report, heeded.state)
  const state = heeded?.taken ? heeded.state : null
  const due = state?.measured && isDue(room, report) ? state.measured.reading : null
  await change(
    room,
    (apply) => {
      apply(readings(room.book, report, room.around))
      if (state) hot.save(report.chargerId, readingField(report), state.measured, report.heardAt)
      if (due) sample(room, { place: report, reading: due, session: newestOpen(room.book, report) })
    },
    hasteOf(room, report.chargerId)
  )
  noteAnswer(room, report.chargerId)
}
