import { z } from 'zod'
import { Reading } from '../model/reading.ts'
import { Identifier } from '../model/words.ts'
import { ConnectorKey } from '../model/connector.ts'

/** Telemetry, lane `history`: ordered and kept, but throttled and never in the way of facts. */
export const ConnectorSample = z.strictObject({
  kind: z.literal('sample.connector.v1'),
  connector: ConnectorKey,
  sessionId: z.uuid().nullable(),
  limitMilliA: z.int().min(0).nullable(), // What it was allowed when the sample was taken.
  reading: Reading
})

export const MeterSample = z.strictObject({
  kind: z.literal('sample.meter.v1'),
  deviceId: Identifier,
  limitW: z.int().min(0).nullable(),
  reading: Reading
})

/** What a battery, an inverter or a car that feeds back draws, import positive. */
export const ParticipantSample = z.strictObject({
  kind: z.literal('sample.participant.v1'),
  deviceId: Identifier,
  participant: z.enum(['pv', 'battery', 'vehicle']),
  reading: Reading
})

export const History = z.discriminatedUnion('kind', [ConnectorSample, MeterSample, ParticipantSample])
export type History = z.infer<typeof History>
export type HistoryKind = History['kind']
