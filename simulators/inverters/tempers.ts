/** How a device takes its orders. */
export const tempers = {
  obedient: 'does as it is told, and forgets it when its timer has run out',
  ignoring: 'shows every order and follows none',
  lying: 'shows the power that it was told, and does as it likes',
  silent: 'takes connections and answers nothing',
  refusing: 'answers every write with an exception',
  forgetful: 'loses an order 2 s after it came',
  timerless: 'has no reversion timer: its last order holds for ever'
} as const
export type Temper = keyof typeof tempers

export const isTemper = (name: string): name is Temper => Object.hasOwn(tempers, name)
