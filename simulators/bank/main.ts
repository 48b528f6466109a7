import path from 'node:path'
import { Faults } from './faults.ts'
import { openBank } from './server.ts'

const help = `A simulated payment provider.
  NOVA_BANK_PORT            port, default 8091
  NOVA_BANK_KEY             merchants' bearer key, default demo-bank-key
  NOVA_BANK_WEBHOOK_URL     where events are told; without it nowhere
  NOVA_BANK_WEBHOOK_SECRET  secret that signs them
  NOVA_DATA_DIR             its journal lies in {NOVA_DATA_DIR}/bank, default .nova
  NOVA_BANK_FAULTS          JSON, e.g. {"seed":7,"answerLost":0.1,"webhookDoubled":0.5}
POST /control/faults with the same JSON changes them while it runs.`

const set = (name: string): string | undefined => process.env[name] || undefined

async function run(): Promise<void> {
  const url = set('NOVA_BANK_WEBHOOK_URL')
  const bank = await openBank({
    port: Number(set('NOVA_BANK_PORT') ?? 8091),
    key: set('NOVA_BANK_KEY') ?? 'demo-bank-key',
    journal: path.join(set('NOVA_DATA_DIR') ?? '.nova', 'bank', 'journal.jsonl'),
    webhook: url === undefined ? undefined : { url, secret: set('NOVA_BANK_WEBHOOK_SECRET') ?? '' },
    faults: Faults.parse(JSON.parse(set('NOVA_BANK_FAULTS') ?? '{}')),
    log: (text) => console.log(text)
  })
  console.log(`bank listens on ${bank.url}`)
  const stop = (): void => void bank.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

if (process.argv.includes('--help')) console.log(help)
else await run()
