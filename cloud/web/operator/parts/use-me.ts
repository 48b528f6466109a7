import { useApi } from '../../kit/api/index.ts'

export type Me = { readonly isAdmin: boolean; readonly userId: string }

/** Who is signed in; null until it is known, so that nothing is said of somebody's rights too early. */
export function useMe(): Me | null {
  const { data } = useApi('GET /auth/me')
  return data ? { isAdmin: data.roles.includes('admin'), userId: data.userId } : null
}
