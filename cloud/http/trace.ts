import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { readTrace, traceHeader, traceText } from '@nova/shared-protocol/messages'
import type { FastifyRequest } from 'fastify'

/** The caller's W3C trace when it is one, else a fresh id. */
export const traceIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string =>
  readTrace(headers[traceHeader])?.traceId ?? randomBytes(16).toString('hex')

type Asked = Pick<FastifyRequest, 'id' | 'headers'>

/** What a request sends on to whom it sets in motion: its own trace, a new span. */
export const traceOf = ({ id, headers }: Asked): string =>
  traceText({
    traceId: id,
    spanId: randomBytes(8).toString('hex'),
    sampled: readTrace(headers[traceHeader])?.sampled ?? true
  })
