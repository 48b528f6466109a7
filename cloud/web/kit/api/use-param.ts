import { useParams } from '@tanstack/react-router'

/** A part of the page's address by its name in routes.tsx; empty when the route has none of that name. */
export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Readonly<Record<string, unknown>>
  const value = params[name]
  return typeof value === 'string' ? value : ''
}
