export type Sample = { readonly at: number; readonly watts: number | null }

const gapMs = 15_000 // Samples further apart are not joined: nobody knows what was between them.

/** SVG paths of a curve and the area below it; a missing value or a long silence breaks both. */
export function areaOf(
  samples: readonly Sample[],
  { width, height }: { readonly width: number; readonly height: number }
): { readonly line: string; readonly area: string } {
  const first = samples[0]?.at ?? 0
  const span = Math.max(1, (samples.at(-1)?.at ?? 0) - first)
  const top = Math.max(1, ...samples.map(({ watts }) => watts ?? 0)) * 1.15
  const point = ({ at, watts }: Sample) =>
    `${(((at - first) / span) * width).toFixed(1)},${(height - ((watts ?? 0) / top) * height).toFixed(1)}`
  const runs = runsOf(samples)
  return {
    line: runs.map((run) => `M${run.map(point).join('L')}`).join(''),
    area: runs
      .map((run) => {
        const [from, until] = [run[0], run.at(-1)]
        if (!from || !until) return ''
        const x = (sample: Sample) => (((sample.at - first) / span) * width).toFixed(1)
        return `M${x(from)},${height}L${run.map(point).join('L')}L${x(until)},${height}Z`
      })
      .join('')
  }
}

function runsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const runs: Sample[][] = []
  let open: Sample[] | null = null
  for (const sample of samples) {
    if (sample.watts === null) {
      open = null
      continue
    }
    const last = open?.at(-1)
    if (!open || !last || sample.at - last.at > gapMs) {
      open = []
      runs.push(open)
    }
    open.push(sample)
  }
  return runs
}
