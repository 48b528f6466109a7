import type { ReactNode } from 'react'
import { energyParts, formatMoney, useWords } from '../../kit/text.ts'
import { Figure } from '../../kit/ui/index.ts'
import type { SiteToday } from './use-today.ts'

/** Energy and revenue of the sessions begun today; what still runs counts provisionally, and it says so. */
export function TodayFigures({ today }: { today: SiteToday | undefined }): ReactNode {
  const { say, language } = useWords()
  const energy = energyParts(today?.energyWh, language)
  const under = today?.provisional === true ? say('home.stillRunning') : undefined
  return (
    <>
      <Figure name={say('home.energyToday')} shown={energy} under={under} />
      <Figure
        name={say('home.revenueToday')}
        shown={{ value: formatMoney(today?.revenue, language), unit: '' }}
        under={under}
      />
    </>
  )
}
