import { test } from 'tap'
import { Fact } from '@nova/shared-protocol/messages'
import { at, openWorld, plainPlace, register } from './world.suite.ts'

const signed = (raw: string, context = 'Transaction.Begin') => ({ at: at('10:00:00'), context, raw })

void test('a signed record belongs to its session, said once however often it comes, also after the end', async (t) => {
  const world = openWorld()
  const id = world.start()
  world.readings(id, [register('10:10:00', 1100)], { signed: [signed('OCMF|b|s')] })
  world.readings(id, [], { signed: [signed('OCMF|b|s'), signed('OCMF|c|s')] })
  world.stop({ transactionId: id, signed: [signed('OCMF|e|s', 'Transaction.End'), signed('OCMF|b|s')] })
  world.readings(id, [], { signed: [signed('OCMF|late|s', 'Transaction.End')] })
  const told = world.of('session.signed.v1')
  t.strictSame(
    told.map(({ signed: { raw } }) => raw),
    ['OCMF|b|s', 'OCMF|c|s', 'OCMF|e|s', 'OCMF|late|s']
  )
  for (const fact of told) {
    t.equal(fact.sessionId, world.sessions()[0]?.sessionId)
    t.ok(Fact.safeParse(fact).success)
  }
  t.equal(world.of('session.ended.v1').length, 1, 'what comes after the end changes nothing')
})

void test('a record of a transaction nobody knows, or of another connector, proves nothing', async (t) => {
  const world = openWorld()
  const id = world.start()
  world.readings('4711', [], { signed: [signed('OCMF|x|s')] })
  world.readings(id, [], { ...plainPlace, connectorId: 2, signed: [signed('OCMF|x|s')] })
  t.strictSame(world.of('session.signed.v1'), [])
})

void test('a record that differs in its last character is another record', async (t) => {
  const world = openWorld()
  const id = world.start()
  world.readings(id, [], { signed: [signed('OCMF|{}|a'), signed('OCMF|{}|b')] })
  t.equal(world.of('session.signed.v1').length, 2)
})
