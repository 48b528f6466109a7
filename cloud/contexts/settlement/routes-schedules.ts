import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'
import { problem, type Routes } from '../../http/index.ts'
import { periods } from './model.ts'
import { holdBack, readers, zone, type Needs } from './routes.ts'
import { listSchedules, saveSchedule, type Schedule } from './schedules.ts'

const partyName = z.string().regex(/^[a-z][a-z0-9:_-]{0,63}$/)
const Wanted = z.strictObject({
  period: z.enum(periods),
  parties: z.array(partyName).max(100).default([]).describe('empty: everybody whom no other schedule names'),
  siteId: Identifier.nullable().default(null).describe('whose time zone divides the days'),
  timeZone: zone.default('UTC').describe('where no site is named'),
  holdBackPercent: holdBack,
  closes: z.boolean().default(true).describe('closes a run as soon as its days are reconciled and clean'),
  pays: z.boolean().default(false).describe('pays what is closed; the files can be fetched'),
  active: z.boolean().default(true),
  from: z.iso.date().describe('the first day; only a later one moves a schedule that has begun')
})
const View = Wanted.omit({ from: true }).extend({
  id: z.string(),
  nextDate: z.iso.date(),
  problem: z.string().nullable()
})

/** Settlement runs that make themselves. */
export const scheduleRoutes =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.get(
      '/settlements/schedules',
      { config: { roles: readers }, schema: { response: { 200: z.object({ items: z.array(View) }) } } },
      async ({ who }) => ({
        items: (await database.tenant(who.tenantId, listSchedules)).map(viewOf)
      })
    )
    app.put(
      '/settlements/schedules/:id',
      {
        config: { roles: ['admin'] },
        schema: {
          params: z.object({ id: z.string().regex(/^[a-z0-9-]{1,40}$/) }),
          body: Wanted,
          response: { 200: View }
        }
      },
      async ({ who, params, body }) => {
        const { from, ...wanted } = body
        return database.tenant(who.tenantId, async (tx) => {
          const others = (await listSchedules(tx)).filter(({ id, active }) => id !== params.id && active)
          const taken = wanted.parties.filter((party) =>
            others.some(({ parties }) => parties.includes(party))
          )
          if (taken.length > 0)
            throw problem(409, 'party-scheduled', `Another schedule settles ${taken.join(', ')}.`)
          const made = await saveSchedule(tx, { ...wanted, id: params.id, nextDate: from })
          await audit(tx, { actor: who.userId, act: 'settlement-schedule-changed', subject: params.id })
          return viewOf(made)
        })
      }
    )
  }

const viewOf = ({ parties, ...schedule }: Schedule): z.infer<typeof View> => ({
  ...schedule,
  parties: [...parties]
})
