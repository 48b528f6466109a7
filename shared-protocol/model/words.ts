import { z } from 'zod'

/** Id of a site, tenant, charger, device or circuit: safe in a URL, a NATS subject token and a file name. */
export const Identifier = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,48}$/, 'expected 1 to 48 letters, digits, _ or -')

/** RFC 3339 instant in UTC with `Z`, as all messages carry time. Milliseconds at the most are kept. */
export const Instant = z.iso.datetime({ offset: false })

/** IANA zone such as Asia/Shanghai. Whether the platform knows it is checked where it is first used. */
export const TimeZone = z
  .string()
  .regex(/^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2})$/, 'expected an IANA zone')

/** Wall-clock minute of a day, 00:00 to 24:00; 24:00 is the end of the day and only makes sense as an end. */
export const LocalTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected hh:mm')
