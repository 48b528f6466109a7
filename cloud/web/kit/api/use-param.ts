import { useParams } from '@tanstack/react-router'

/** A part of the page's address by its name in routes.tsx; empty when the route has none of that name. */
export function useParam(name: string): string {
  const params: object = useParams({ strict: false })
  const value: unknown = Object.entries(params).find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? value : ''
}
