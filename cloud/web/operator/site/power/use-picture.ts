import { useApi } from '../../../kit/api/index.ts'

const everyMs = 30_000 // The stream tells of each new one; this finds out that none comes any more.

/** The site's power as its edge told it last. */
export const usePicture = (siteId: string) =>
  useApi('GET /sites/{id}/power/picture', { path: { id: siteId } }, { everyMs })
