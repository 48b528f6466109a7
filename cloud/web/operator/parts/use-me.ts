import { useApi } from '../../kit/api/index.ts'

/** Who is signed in; false and empty until it is known. */
export function useMe(): { readonly isAdmin: boolean; readonly userId: string } {
  const { data } = useApi('GET /auth/me')
  return { isAdmin: data?.roles.includes('admin') ?? false, userId: data?.userId ?? '' }
}
