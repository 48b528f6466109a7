import type { IntakeConfig, IntakeRoom, Needs } from './contract.ts'

/** @throws when the store cannot be read */
export function openIntake(_needs: Needs, _config: IntakeConfig): IntakeRoom {
  throw new Error('being written')
}
