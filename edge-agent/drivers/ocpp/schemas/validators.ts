import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Fault } from '@nova/shared-protocol/codecs/ocpp'

/** What a schema found wrong, in the standard's classes and in words; `field` is the payload's own field, '' for the whole. */
export type SchemaFault = { readonly fault: Fault; readonly detail: string; readonly field: string }
export type Validators = {
  /** null: fits. An action that the schemas do not know never fits. */
  request(action: string, payload: unknown): SchemaFault | null
  answer(action: string, payload: unknown): SchemaFault | null
}

type AjvError = {
  readonly keyword: string
  readonly instancePath: string
  readonly message?: string
  readonly params: { readonly missingProperty?: string; readonly additionalProperty?: string }
}
type Compiled = { (payload: unknown): boolean; readonly errors?: readonly AjvError[] | null }

/** @throws when the schemas were not compiled; the message says how to do it */
export function loadValidators16(): Validators {
  const file = path.join(import.meta.dirname, 'generated', 'ocpp1.6.cjs')
  if (!existsSync(file))
    throw new Error(
      `${file} is missing: run \`node edge-agent/drivers/ocpp/schemas/generate.ts\` (set-up does)`
    )
  const compiled = createRequire(import.meta.url)(file) as Readonly<Record<string, Compiled>>
  const checked = (name: string, payload: unknown) => {
    const validate = Object.hasOwn(compiled, name) ? compiled[name] : undefined
    if (!validate) return { fault: 'unknown-action' as const, detail: `no schema ${name}`, field: '' }
    return validate(payload) ? null : worded(validate.errors?.[0])
  }
  return {
    request: (action, payload) => checked(`${action}_req`, payload),
    answer: (action, payload) => checked(`${action}_conf`, payload)
  }
}

// OCPP-J 1.6 §4.2.3 names the classes; which keyword belongs where is our reading of their descriptions.
const classes: Readonly<Record<string, Fault>> = {
  type: 'type',
  required: 'occurrence',
  minItems: 'occurrence',
  maxItems: 'occurrence',
  additionalProperties: 'format'
}

function worded(error: AjvError | undefined): SchemaFault {
  if (!error) return { fault: 'format', detail: 'does not fit the schema', field: '' }
  const { keyword, instancePath, message = keyword, params } = error
  const where = instancePath === '' ? 'payload' : instancePath.slice(1)
  return {
    fault: classes[keyword] ?? 'property',
    detail: `${where} ${message}`,
    field: instancePath.split('/')[1] ?? params.missingProperty ?? params.additionalProperty ?? ''
  }
}
