type Value = string | number | boolean | undefined | { readonly [name: string]: Value } | readonly Value[]

/** `{metadata: {a: 'b'}, expand: ['c']}` → `metadata[a]=b&expand[]=c`: the bodies that Stripe reads. */
export function formOf(fields: { readonly [name: string]: Value }): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => pairs(name, value))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

function pairs(name: string, value: Value): [string, string][] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [[name, String(value)]]
  return isList(value)
    ? value.flatMap((each) => pairs(`${name}[]`, each))
    : Object.entries(value).flatMap(([inner, each]) => pairs(`${name}[${inner}]`, each))
}

const isList = (value: object): value is readonly Value[] => Array.isArray(value)
