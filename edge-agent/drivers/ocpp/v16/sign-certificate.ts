import type { Handler } from './handler.ts'

/** Security white paper §5.17: this site signs no certificates. The request itself is kept out of the notes. */
export const signCertificate: Handler = async (_said, { intake, chargerId }) => {
  await intake.notice(chargerId, 'sign-certificate', { answer: 'Rejected' })
  return { status: 'Rejected' }
}
