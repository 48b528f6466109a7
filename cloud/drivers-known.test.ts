import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { openTestCloud } from './test-support/cloud.ts'

void test('who is named as a driver is one of the tenant', async (t) => {
  t.setTimeout(1_000_000) // Many real parts, perhaps on a busy machine.
  const cloud = await openTestCloud()
  t.teardown(cloud.close)
  const admin = await cloud.signIn('admin')
  const call = async (method: string, where: string, body?: object, as = admin) =>
    cloud.call(method, `/api/v1${where}`, { as, ...(body === undefined ? {} : { body }) })

  const person = { email: 'boss@other.test', name: 'Boss', password: 'long-enough-password' }
  t.match(await call('POST', '/tenants', { id: 'other', name: 'Other', admin: person }), { status: 201 })
  const boss = await cloud.signIn(person.email, person.password)
  const theirs = { email: 'driver@other.test', name: 'D', password: person.password, roles: ['driver'] }
  const { body: stranger } = await call('POST', '/users', theirs, boss)
  const own = (await call('GET', '/auth/me', undefined, await cloud.signIn('driver'))).body.driverId as string
  t.match(own, /./)
  t.match(stranger.driverId, /./)
  t.match(
    await call('PUT', '/fleet-accounts/trucks', {
      name: 'Trucks',
      limit: { currency: 'CNY', amountMinor: 1 },
      active: true
    }),
    { status: 200 }
  )

  for (const driverId of ['nobody', randomUUID(), stranger.driverId as string]) {
    const unknown = { status: 422, body: { code: 'driver-unknown' } }
    t.match(await call('POST', '/tokens', { uid: 'CARD-OF-NOBODY', driverId }), unknown)
    t.match(await call('PATCH', '/tokens/DEMO-TAG-02', { driverId }), unknown)
    t.match(await call('PUT', '/driver-groups', { driverId, groups: ['club'] }), unknown)
    t.match(await call('PUT', `/fleet-accounts/trucks/drivers/${driverId}`), { status: 404 })
  }
  t.match(await call('GET', '/tokens/CARD-OF-NOBODY'), { status: 404 })
  t.match(await call('POST', '/tokens', { uid: 'CARD-OF-OURS', driverId: own }), { status: 201 })
  t.match(await call('PATCH', '/tokens/CARD-OF-OURS', { driverId: null }), { status: 200 })
  t.match(await call('PUT', '/driver-groups', { driverId: own, groups: ['club'] }), { status: 200 })
  t.match(await call('PUT', `/fleet-accounts/trucks/drivers/${own}`), {
    status: 200,
    body: { driverId: own }
  })

  t.match(await call('GET', '/fleet-accounts/trucks/payments'), { status: 200, body: { items: [] } })
  t.match(await call('GET', '/fleet-accounts/never-made/payments'), { status: 404 })
  t.match(await call('GET', '/fleet-accounts/trucks/payments', undefined, boss), { status: 404 })
})
