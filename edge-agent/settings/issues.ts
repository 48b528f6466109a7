import type { z } from 'zod'
import { fieldsAt } from './fields.ts'
import type { Located } from './located.ts'
import type { Problem } from './problem.ts'

const shownLength = 60 // Enough to recognise the value, short enough for a terminal line.

/** Fields whose value is never repeated on a screen or in a log. */
const secretField = /(^|\.)(token|password|key)$/

/** Turns zod's issues into problems with their lines; unions are opened to the branch that came closest. */
function problemsOf(issues: readonly z.core.$ZodIssue[], located: Located, schema: z.ZodType): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], { located, schema }))
}

/** @returns undefined when it does not fit; `problems` then says why */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  located: Located,
  problems: Problem[]
): z.infer<Schema> | undefined {
  problems.push(...located.faults)
  if (located.faults.length > 0) return undefined
  const parsed = schema.safeParse(located.value)
  if (parsed.success) return parsed.data
  problems.push(...problemsOf(parsed.error.issues, located, schema))
  return undefined
}

type Read = { readonly located: Located; readonly schema: z.ZodType }

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  before: readonly PropertyKey[],
  { located, schema }: Read
): Problem[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, path, located.value).join(', ') || 'no such field here'
    return issue.keys.map((key) => located.problem([...path, key], 'an unknown field', known))
  }
  if (issue.code === 'invalid_union') {
    const closest = closestBranch(issue.errors)
    if (closest.length > 0) return closest.flatMap((each) => problemsOfIssue(each, path, { located, schema }))
  }
  if (isBareSecret(path, located))
    return [located.problem(path, 'a secret without quotes, which is no text', 'text in quotes')]
  return [located.problem(path, shown(path, located), allowed(issue))]
}

/** The branch whose complaint lies deepest is the one that the writer meant. */
function closestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (branch: readonly z.core.$ZodIssue[]) =>
    Math.max(0, ...branch.map((issue) => issue.path.length))
  return [...branches].sort((left, right) => depth(right) - depth(left))[0] ?? []
}

const isSecret = (path: readonly PropertyKey[]): boolean => secretField.test(path.map(String).join('.'))

/** `password: 12345678901234567890` is a number to YAML, and another one than was written. */
function isBareSecret(path: readonly PropertyKey[], located: Located): boolean {
  const value = located.valueAt(path)
  return isSecret(path) && ['number', 'bigint', 'boolean'].includes(typeof value)
}

function shown(path: readonly PropertyKey[], located: Located): string {
  const value = located.valueAt(path)
  if (value === undefined) return 'nothing'
  if (isSecret(path)) return `a secret of ${typeof value === 'string' ? value.length : 0} characters`
  return clip(JSON.stringify(value))
}

const clip = (text: string): string => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text)

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : article(issue.expected)
    case 'invalid_value':
      return issue.values.map(String).join(', ')
    case 'too_small':
      return `${bound('at least', issue.minimum, issue.origin)}`
    case 'too_big':
      return `${bound('at most', issue.maximum, issue.origin)}`
    case 'invalid_format':
      return issue.message.startsWith('expected ')
        ? issue.message.slice('expected '.length)
        : `${issue.format === 'regex' ? `text that matches ${issue.pattern}` : article(issue.format)}`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? issue.options.map(String).join(', ')
        : issue.message
    default:
      return issue.message.replace(/^expected /, '')
  }
}

const counted: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' entries',
  set: ' entries'
}

const bound = (word: string, limit: number | bigint, origin: string): string =>
  `${word} ${limit}${counted[origin] ?? ''}`

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
