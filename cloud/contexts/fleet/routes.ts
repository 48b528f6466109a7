import type { Routes } from '../../http/index.ts'
import type { Inner } from './inner.ts'
import { chargerRoutes } from './routes-chargers.ts'
import { commandRoutes } from './routes-commands.ts'
import { liveRoutes } from './routes-live.ts'
import { powerRoutes } from './routes-power.ts'
import { tokenRoutes } from './routes-tokens.ts'

/** Everything that fleet says over HTTP. */
export const allRoutes = (needs: Inner): readonly Routes[] => [
  chargerRoutes(needs),
  commandRoutes(needs),
  liveRoutes(needs),
  powerRoutes(needs),
  tokenRoutes(needs)
]
