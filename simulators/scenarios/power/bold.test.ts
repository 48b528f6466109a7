import { test } from 'tap'
import { boldS, markBold, type Bold } from './bold.ts'
import type { Pile } from './charger.ts'

type Second = {
  readonly toldA: number
  readonly flowA: number
  readonly readAtS: number
  readonly lost?: true
  readonly away?: true
}

/** An ignoring charger, second by second. @returns for how long the edge could have known */
function watched(seconds: readonly Second[]): number[] {
  const bold = new Map<Pile, Bold>()
  const pile = {
    temper: 'ignoring',
    liesFromMs: 0,
    car: { transactionId: '1' },
    connected: true,
    stored: null
  }
  const shown = pile as unknown as Pile
  return seconds.map(({ toldA, flowA, readAtS, lost, away }, second) => {
    Object.assign(pile, {
      profile: { milliA: toldA * 1000, endsMs: Infinity, transactionId: '1' },
      flowMilliA: flowA * 1000,
      hearing: { takenAtMs: readAtS * 1000 },
      isUnanswered: lost ?? false,
      connected: !(away ?? false)
    })
    markBold(bold, shown, second * 1000)
    return boldS({ bold, backAtMs: new Map() }, shown, second * 1000)
  })
}

const lasting = (seconds: number, second: Second): Second[] => Array.from({ length: seconds }, () => second)
const honest = { toldA: 16, flowA: 16, readAtS: 0 }

void test('a lie counts from the first reading that shows it', async (t) => {
  const lies = { ...honest, flowA: 32 }
  const counted = watched([
    ...lasting(3, honest),
    ...lasting(4, lies),
    ...lasting(3, { ...lies, readAtS: 7 })
  ])
  t.strictSame(counted, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
})

void test('who was told less has 5 s to follow (IEC 61851-1): a reading sooner than that shows no lie', async (t) => {
  const told = { toldA: 6, flowA: 16, readAtS: 4 }
  const counted = watched([honest, ...lasting(6, told), ...lasting(2, { ...told, readAtS: 6 })])
  t.strictSame(counted, [0, 0, 0, 0, 0, 0, 0, 0, 1])
})

void test('while its yes to the set-point is lost the edge cannot know that it was told', async (t) => {
  const told = { toldA: 6, flowA: 16, readAtS: 8 }
  const counted = watched([honest, ...lasting(9, { ...told, lost: true }), ...lasting(2, told)])
  t.strictSame(counted, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
})

void test('an ampere and a half, or a tenth, is what control and meter differ by', async (t) => {
  t.equal(watched(lasting(7, { toldA: 16, flowA: 17.5, readAtS: 5 })).at(-1), 0)
  t.equal(watched(lasting(7, { toldA: 30, flowA: 33, readAtS: 5 })).at(-1), 0)
  t.equal(watched(lasting(7, { toldA: 16, flowA: 17.7, readAtS: 5 })).at(-1), 6)
})

void test('what one was told before it was out of touch nobody knows: it is told anew and has 5 s to follow (seed 2000210)', async (t) => {
  const lies = { ...honest, flowA: 32 }
  const back = watched([...lasting(3, { ...lies, away: true }), ...lasting(6, { ...lies, readAtS: 3 })])
  t.strictSame(back, [0, 0, 0, 0, 0, 0, 0, 0, 0], 'its first word shows no lie')
  const later = watched([
    ...lasting(3, { ...lies, away: true }),
    ...lasting(5, lies),
    ...lasting(3, { ...lies, readAtS: 8 })
  ])
  t.strictSame(later, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
})
