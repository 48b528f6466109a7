import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './errors.ts'
import { documentOf, problem, type Problem } from './problem.ts'

/** What is refused before it is a request of a route: it gets a problem document like everything else. */
const atTheDoor: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  FST_ERR_BAD_URL: [400, 'request-invalid', 'The address is not a valid one.'],
  FST_ERR_MAX_PARAM_LENGTH: [404, 'not-found', 'There is nothing with this id.'],
  HPE_HEADER_OVERFLOW: [431, 'headers-too-large', 'The headers are larger than this server takes.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-late', 'The request did not come in time.']
}

const refusalOf = (code: string | undefined): Problem => {
  const [status, name, detail] = atTheDoor[code ?? ''] ?? [
    400,
    'request-invalid',
    'This is not HTTP as we read it.'
  ]
  return problem(status, name, detail)
}

/** For fastify: the address or a part of it cannot be read. */
export const answerBadAddress = (
  error: { readonly code: string },
  request: FastifyRequest,
  reply: FastifyReply
): void => void sendProblem(refusalOf(error.code), request, reply)

/** For node: there is no request, only a line that is closed after the answer. */
export function answerBadLine(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const shown = refusalOf(error.code)
  const body = JSON.stringify(documentOf(shown, randomBytes(16).toString('hex')))
  socket.end(
    [
      `HTTP/1.1 ${shown.status} ${STATUS_CODES[shown.status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body
    ].join('\r\n')
  )
}

/** RFC 9110 §10.1.1: an expectation that is not `100-continue` is refused. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_, response) => {
    const shown = problem(417, 'expectation-failed', 'Expect: 100-continue, or nothing.')
    const body = JSON.stringify(documentOf(shown, randomBytes(16).toString('hex')))
    const type = { 'content-type': 'application/problem+json; charset=utf-8' }
    response.writeHead(shown.status, { ...type, 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}
