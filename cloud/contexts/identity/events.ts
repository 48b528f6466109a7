import { z } from 'zod'

/** A person can sign in from now on. */
export const UserCreated = z.object({
  userId: z.uuid(),
  email: z.string(),
  roles: z.array(z.string()),
  driverId: z.string().nullable()
})
export type UserCreated = z.infer<typeof UserCreated>

/** Kinds in the event log; the key is the user's id. */
export const kinds = { userCreated: 'identity.user-created.v1' } as const
