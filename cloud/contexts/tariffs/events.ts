import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'

/** The plans or defaults of a site are others than before; key: the site. */
export const tariffsChanged = 'tariffs.changed.v1'
export const TariffsChanged = z.object({ siteId: Identifier })
/** The groups of a driver are others than before; key: the driver. */
export const groupsChanged = 'tariffs.groups-changed.v1'

export type TariffsChanged = z.infer<typeof TariffsChanged>
