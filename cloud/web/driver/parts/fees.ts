/** What a price list asks for beside energy, as a driver has to know it before the start. */
export type Fee = {
  readonly dimension: 'time' | 'parking' | 'session' | 'idle' | 'reservation' | 'flat' | 'no-show'
  readonly price: string
  readonly graceMinutes: number
  readonly isOnce: boolean // Else an hour.
}

type Restrictions = { readonly minIdleS?: number | undefined; readonly reservation?: string | undefined }
type Rules = {
  readonly elements: readonly {
    readonly components: readonly { readonly dimension: string; readonly price: string | object }[]
    readonly restrictions?: Restrictions | undefined
  }[]
}

const dimensions = ['time', 'parking', 'session', 'idle', 'reservation', 'flat'] as const

/** Fixed prices of time and of once, in the order of the list; energy has its own picture. */
export const feesOf = (rules: Rules | null | undefined): Fee[] =>
  (rules?.elements ?? []).flatMap(({ components, restrictions = {} }) =>
    components.flatMap((component) => feeOf(component, restrictions))
  )

type Component = Rules['elements'][number]['components'][number]

function feeOf({ dimension, price }: Component, { reservation, minIdleS = 0 }: Restrictions): Fee[] {
  const known = dimensions.find((each) => each === dimension)
  if (known === undefined || typeof price !== 'string' || Number(price) === 0) return []
  const graceMinutes = Math.round(minIdleS / 60)
  const isOnce = known === 'flat'
  return [{ dimension: reservation === 'expired' ? 'no-show' : known, price, graceMinutes, isOnce }]
}

const standing: ReadonlySet<string> = new Set(['idle', 'parking', 'session'])

/** Of those, what runs on while a vehicle stands there. */
export const standingFees = (fees: readonly Fee[]): Fee[] =>
  fees.filter(({ dimension }) => standing.has(dimension))
