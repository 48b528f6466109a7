import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ProblemDocument } from './problem.ts'
import type { NovaApp } from './who.ts'

/** The document is made from the same schemas that check requests and answers. */
export async function addOpenApi(app: NovaApp): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nova-X',
        version: '1',
        description: 'EV charging and site energy. Errors are RFC 9457 problem documents.'
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'Access token or API key' }
        },
        schemas: { Problem: problemSchema }
      }
    },
    transform: (route) => {
      const { config } = route.route
      const transformed = (jsonSchemaTransform(route).schema ?? {}) as { response?: object; hide?: boolean }
      const area = /^\/api\/v1\/([a-z-]+)/.exec(route.url)?.[1]
      const schema = {
        ...transformed,
        ...(area === undefined ? {} : { tags: [area] }),
        security: config?.roles === 'anyone' ? [] : [{ bearer: [] }],
        'x-nova-roles': config?.roles,
        'x-nova-idempotent': Boolean(config?.idempotent),
        response: { ...(transformed.response ?? withoutSchema(config)), default: problemAnswer }
      }
      return {
        schema: { ...schema, hide: !route.url.startsWith('/api/v1/') || transformed.hide === true },
        url: route.url
      }
    }
  })
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    uiConfig: { persistAuthorization: true }
  })
}

const withoutSchema = ({ answers: mediaType }: { readonly answers?: string } = {}): object =>
  mediaType === undefined
    ? { 204: { description: 'Done', type: 'null' } }
    : { 200: { description: mediaType, content: { [mediaType]: { schema: { type: 'string' } } } } }

const problemSchema = JSON.parse(JSON.stringify(z.toJSONSchema(ProblemDocument))) as Record<string, never>
const problemAnswer = {
  description: 'Problem document',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
}

export function addOpenApiRoute(app: NovaApp): void {
  app.get('/api/v1/openapi.json', { schema: { hide: true }, config: { roles: 'anyone' } }, async () =>
    app.swagger()
  )
}
