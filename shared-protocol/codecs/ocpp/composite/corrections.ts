import type { Case, Step } from './replay.ts'

/**
 * The cases were cut out of a text by machine, and where one text names a variable twice the cut kept the last value.
 * What the text itself says there (it is public, each file names its `source`), with what shows that it was lost.
 */
const corrections: Readonly<Record<string, (steps: Step[]) => Step[]>> = {
  // The lengths expected are 1080, 1740 and 3600 s, the windows all the last one's. The first window is a day later:
  // in its hour the absolute profile is over and the grid's 19 W are left.
  LayeredTest_SameStartTime: (steps) => {
    const windows = [
      ['2024-01-18T18:04:00', '2024-01-18T18:22:00'],
      ['2024-01-17T18:04:00', '2024-01-17T18:33:00'],
      ['2024-01-17T18:04:00', '2024-01-17T19:04:00']
    ]
    return steps.map((step) => {
      if (step.op !== 'getCompositeSchedule') return step
      const [start = '', end = ''] = windows.shift() ?? []
      return { ...step, start, end }
    })
  },
  // Away for 900 s with 600 allowed: the profile with the set-point does not count (energy.md §2.2); the set-point
  // of the second block, after the line is back, was written into the first as well.
  OfflineDuration_OfflineTooLong_ValidAfterOfflineDuration: (steps) => {
    const first = steps.findIndex(({ op }) => op === 'expectPeriods')
    return steps.with(first, {
      op: 'expectPeriods',
      periods: [{ limit: 2000, numberPhases: 3, startPeriod: 0, stackLevel: 1 }]
    })
  },
  // 1.6 only: connector 1 has charged since 08:00 when the windows from 08:03 on are asked; the same case of 2.x
  // has the step that got lost here.
  TxDefaultConnector0: (steps) => {
    if (steps.some(({ op }) => op === 'startTransaction')) return steps
    const later = steps.findIndex(
      (step) => step.op === 'getCompositeSchedule' && step.start.includes('08:03')
    )
    return steps.toSpliced(later, 0, { op: 'startTransaction', evse: 1, start: '2024-01-02T08:00:00' })
  },
  // 2.1: two expectations were kept of three, in the order of the text's variables and not of the calls.
  ZeroDuration: (steps) => {
    const lasts = steps.flatMap((step) => (step.op === 'expectDuration' ? [step.s] : []))
    return lasts[0] === 0 && lasts[1] === 1
      ? [
          ...steps.filter(({ op }) => op !== 'expectDuration'),
          ...[1, 0].map((s) => ({ op: 'expectDuration' as const, s }))
        ]
      : steps
  }
}

/** The case as its text means it; the same one where nothing was lost. */
export const corrected = (given: Case): Case => {
  const steps = [...given.steps]
  const mended = corrections[given.name]?.(steps) ?? steps
  return mended === steps ? given : { ...given, steps: mended }
}
