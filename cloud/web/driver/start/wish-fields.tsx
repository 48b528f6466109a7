import type { ReactNode } from 'react'
import { useWords } from '../../kit/text.ts'
import type { Wish } from './wish.ts'

type Props = {
  readonly wish: Wish
  readonly sensible: boolean
  readonly change: (wish: Wish) => void
}

/** When the driver leaves and how much he needs, if he likes to say: the site shares its power by it. */
export function WishFields({ wish, sensible, change }: Props): ReactNode {
  const { say } = useWords()
  return (
    <fieldset className="wish">
      <legend>{say('driver.wish')}</legend>
      <label>
        <span>{say('driver.wishLeaves')}</span>
        <input
          type="time"
          value={wish.leaves}
          onChange={({ target }) => change({ ...wish, leaves: target.value })}
        />
      </label>
      <label>
        <span>{say('driver.wishEnergy')}</span>
        <input
          inputMode="decimal"
          value={wish.kWh}
          aria-invalid={!sensible}
          onChange={({ target }) => change({ ...wish, kWh: target.value })}
        />
      </label>
      <p className="quiet small">{say(sensible ? 'driver.wishWhy' : 'driver.wishOdd')}</p>
    </fieldset>
  )
}
