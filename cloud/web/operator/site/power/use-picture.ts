import { useApi } from '../../../kit/api/index.ts'
import { useEdges } from '../../parts/edge-bar.tsx'

const everyMs = 30_000 // The stream tells of each new one; this finds out that none comes any more.

/** The site's power as its edge told it last. */
export const usePicture = (siteId: string) =>
  useApi('GET /sites/{id}/power/picture', { path: { id: siteId } }, { everyMs })

/** The site's edge has been silent for a while: what it said last is old. */
export const useAway = (siteId: string): boolean =>
  useEdges().data?.items.find((edge) => edge.siteId === siteId)?.inTouch === false
