import { randomBytes } from 'node:crypto'
import { readTrace, traceHeader, traceText } from '@nova/shared-protocol/messages'
import type { FastifyRequest } from 'fastify'

type Asked = Pick<FastifyRequest, 'id' | 'headers'>

/** What a request sends on to whom it sets in motion: its own trace, a new span. */
export const traceOf = ({ id, headers }: Asked): string =>
  traceText({
    traceId: id,
    spanId: randomBytes(8).toString('hex'),
    sampled: readTrace(headers[traceHeader])?.sampled ?? true
  })
