import { z } from 'zod'

/** @returns the names of the fields that the schema knows at `path`; empty when it is no object there */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: z.ZodType | undefined = open(schema)
  for (const step of path) here = here === undefined ? undefined : inside(here, step)
  return here instanceof z.ZodObject ? Object.keys(here.shape) : []
}

function inside(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return open(schema.element as z.ZodType)
  if (schema instanceof z.ZodObject) {
    const field = (schema.shape as Readonly<Record<PropertyKey, z.ZodType>>)[step]
    return field === undefined ? undefined : open(field)
  }
  return undefined
}

/** Looks through what only says "may be absent" or "is this by default"; of a union, its first form. */
function open(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return open(schema.unwrap() as z.ZodType)
  }
  if (schema instanceof z.ZodUnion) {
    const [first] = schema.options
    return first === undefined ? schema : open(first as z.ZodType)
  }
  return schema
}
