import type { Handler } from './handler.ts'

/** OCPP 1.6 §4.6: the station sets its clock by it. Nothing to store, so nothing to wait for. */
export const heartbeat: Handler = (_said, { now }) => Promise.resolve({ currentTime: now })
