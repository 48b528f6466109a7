import { z } from 'zod'

/**
 * The names of the fields that the schema knows at `path`; empty when it is no object there.
 * @param value what stands in the file: of several forms it shows which one was meant
 */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let here: z.ZodType | undefined = open(schema, value)
  let there = value
  for (const step of path) {
    there = memberOf(there, step)
    here = here === undefined ? undefined : inside(here, step, there)
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : []
}

const memberOf = (value: unknown, step: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined

function inside(schema: z.ZodType, step: PropertyKey, value: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return open(schema.element as z.ZodType, value)
  if (schema instanceof z.ZodObject) {
    const field = (schema.shape as Readonly<Record<PropertyKey, z.ZodType>>)[step]
    return field === undefined ? undefined : open(field, value)
  }
  return undefined
}

/** Looks through what only says "may be absent" or "is this by default"; of a union, the form that was meant. */
function open(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return open(schema.unwrap() as z.ZodType, value)
  }
  if (schema instanceof z.ZodPipe) return open(schema.in as z.ZodType, value)
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[]
    const meant = options.find((option) => isMeant(schema, option, value)) ?? options[0]
    return meant === undefined ? schema : open(meant, value)
  }
  return schema
}

/** Forms that are told apart by one word are known by that word. */
function isMeant(union: z.ZodType, option: z.ZodType, value: unknown): boolean {
  if (!(union instanceof z.ZodDiscriminatedUnion) || !(option instanceof z.ZodObject)) return false
  const { discriminator } = union.def
  const word = (option.shape as Readonly<Record<string, z.ZodType>>)[discriminator]
  return word?.safeParse(memberOf(value, discriminator)).success === true
}
