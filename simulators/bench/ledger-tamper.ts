import type { LedgerAlone } from '@nova/cloud/ledger'
import { show } from './figure.ts'
export async function tamper(ledger: LedgerAlone, url: string, count: number): Promise<void> {
  void ledger
  void url
  void count
  void show
}
