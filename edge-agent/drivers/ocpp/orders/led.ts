import type { Charger } from '@nova/shared-protocol/model'

/**
 * Why the loop has nothing to tell a charger; null: it is led. After a rejection the office should not begin a
 * conversation (OCPP 1.6 §4.2), and a charger that is not managed belongs to somebody else.
 */
export function unled({ registration, managed }: Charger): string | null {
  if (registration === 'rejected') return 'the charger is rejected: it is told nothing'
  return managed ? null : 'the charger is not managed'
}
