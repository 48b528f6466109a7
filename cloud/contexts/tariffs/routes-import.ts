import { z } from 'zod'
import { importTariff, OcpiTariff } from '@nova/shared-protocol/codecs/ocpi'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import type { Database } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { addVersion, insistOnPrices, isTariff, makeTariff } from './commands.ts'
import { Losses, Made } from './shapes.ts'

const Import = z.strictObject({
  id: Identifier.describe('the tariff here: a new one, or one that gets its next version'),
  name: z.string().min(1).max(80),
  validFrom: Instant.nullable().default(null),
  validUntil: Instant.nullable().default(null),
  ocpi: OcpiTariff.describe('an OCPI tariff, 2.1.1 to 2.3.0, as it came')
})

/** A partner's tariff becomes a version here. */
export const importRoute =
  ({ database }: { readonly database: Database }): Routes =>
  (app) => {
    app.post(
      '/tariffs/import',
      {
        config: { roles: ['admin', 'operator'] },
        schema: {
          summary: 'Takes an OCPI tariff as a version of rules; `losses` says what of it could not be kept',
          body: Import,
          response: { 201: Made.extend({ losses: Losses }) }
        }
      },
      async ({ who, body: { id, ocpi, ...body } }, reply) => {
        const { prices, losses } = importTariff(ocpi)
        const warnings = insistOnPrices(prices, false)
        const wanted = { tariffId: id, ...body, priority: 0, prices, madeBy: who.userId }
        const version = (await isTariff(database, who.tenantId, id))
          ? await addVersion(database, who.tenantId, wanted)
          : await makeTariff(database, who.tenantId, { ...wanted, assignments: [] })
        return reply.code(201).send({ id, version, warnings, losses: [...losses] })
      }
    )
  }
