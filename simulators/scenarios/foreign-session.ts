/**
 * A session that ends after 08:00 in Shanghai, the border between 0.5000 and 1.0654 yuan, as a charge point tells it
 * that was offline: 1.500 kWh before the border and 3.217 kWh after it are 0.75 + 3.4273918 yuan = 4.18, whatever is
 * repeated and whoever is killed.
 */
export const segments = [
  { name: 'valley', start: '00:00', end: '08:00', electricityPrice: '0.3000', servicePrice: '0.2000' },
  { name: 'day', start: '08:00', end: '24:00', electricityPrice: '0.6654', servicePrice: '0.4000' }
]
export const meterStartWh = 10_000
export const energyWh = 4_717
export const billMinor = 418

export type Word = { readonly action: string; readonly payload: (transactionId: number) => object }

/** Messages up to the running session; midnight UTC of `midnight` is 08:00 in Shanghai. */
export function beginning(midnight: string, idTag: string): Word[] {
  const at = minutesFrom(midnight)
  return [
    {
      action: 'BootNotification',
      payload: () => ({ chargePointVendor: 'Foreign', chargePointModel: 'Client' })
    },
    { action: 'StatusNotification', payload: () => status(at(-21), 'Preparing') },
    { action: 'Authorize', payload: () => ({ idTag }) },
    {
      action: 'StartTransaction',
      payload: () => ({ connectorId: 1, idTag, meterStart: meterStartWh, timestamp: at(-20) })
    },
    { action: 'StatusNotification', payload: () => status(at(-19), 'Charging') },
    { action: 'MeterValues', payload: (id) => values(id, at(-10), meterStartWh + 700) },
    { action: 'MeterValues', payload: (id) => values(id, at(0), meterStartWh + 1_500) }
  ]
}

export function ending(midnight: string, idTag: string): Word[] {
  const at = minutesFrom(midnight)
  const meterStop = meterStartWh + energyWh
  return [
    { action: 'MeterValues', payload: (id) => values(id, at(10), meterStartWh + 3_300) },
    {
      action: 'StopTransaction',
      payload: (transactionId) => ({ transactionId, idTag, meterStop, timestamp: at(20), reason: 'Remote' })
    },
    { action: 'StatusNotification', payload: () => status(at(21), 'Available') }
  ]
}

const minutesFrom = (midnight: string) => (minutes: number) =>
  new Date(Date.parse(`${midnight}T00:00:00Z`) + minutes * 60_000).toISOString()

const status = (timestamp: string, word: string) => ({
  connectorId: 1,
  errorCode: 'NoError',
  status: word,
  timestamp
})

const values = (transactionId: number, timestamp: string, registerWh: number) => ({
  connectorId: 1,
  transactionId,
  meterValue: [
    {
      timestamp,
      sampledValue: [{ value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' }]
    }
  ]
})
