import type { ConnectorForecast, PowerPicture } from '@nova/shared-protocol/model'

type Point = ConnectorForecast['points'][number]

/**
 * The picture in at most `mostBytes` of JSON. Points that repeat the one before go first, which loses nothing; then
 * every second one of the rest until it fits, at last all of them. Tree, limits, energies and ends stay.
 */
export function fitted(picture: PowerPicture, mostBytes: number): PowerPicture {
  let now = withPoints(picture, changes)
  for (let longest = longestOf(now); longest > 1 && sizeOf(now) > mostBytes; longest = longestOf(now))
    now = withPoints(now, halved)
  return sizeOf(now) > mostBytes ? { ...now, forecast: [] } : now
}

/** UTF-8 length is at most three times the UTF-16 length; our texts are nearly all ASCII, so it is counted. */
export function sizeOf(picture: PowerPicture): number {
  const text = JSON.stringify(picture)
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}

const longestOf = ({ forecast }: PowerPicture): number =>
  forecast.reduce((most, { points }) => Math.max(most, points.length), 0)

const withPoints = (
  picture: PowerPicture,
  keep: (points: readonly Point[]) => readonly Point[]
): PowerPicture => ({
  ...picture,
  forecast: picture.forecast.map((each) => ({ ...each, points: [...keep(each.points)] }))
})

const changes = (points: readonly Point[]): readonly Point[] =>
  points.filter((point, index) => {
    const before = points[index - 1]
    return (
      before === undefined ||
      before.limitMilliA !== point.limitMilliA ||
      before.powerW !== point.powerW ||
      before.reason !== point.reason
    )
  })

/** The first point is what holds now: it stays. */
const halved = (points: readonly Point[]): readonly Point[] => points.filter((_, index) => index % 2 === 0)
