import {
  proofOf,
  readKey,
  readRecord,
  signatureForm,
  transparencyXml
} from '@nova/shared-protocol/codecs/ocmf'
import {
  explainOcpi,
  importTariff,
  OcpiCdr,
  OcpiTariff,
  rateCdr,
  rateOcpi
} from '@nova/shared-protocol/codecs/ocpi'
import { type Codec, mustHold, nothingDeclared, text } from './codec.ts'

const reading = { TM: '2026-03-01T10:00:00,000+0100 S', RI: '1-b:1.8.0', RU: 'kWh', ST: 'G' }
const payload = {
  FV: '1.0',
  GI: 'G',
  GS: '17',
  PG: 'T7',
  MV: 'M',
  MS: '99',
  IS: true,
  IT: 'ISO14443',
  ID: '1F2D3A',
  RD: [
    { ...reading, TX: 'B', RV: 100 },
    { ...reading, TM: '2026-03-01T11:00:00,000+0100 S', TX: 'E', RV: 107.5 }
  ]
}
const signature = { SA: 'ECDSA-secp256r1-SHA256', SE: 'hex', SD: '3006020101020101' }
const record = `OCMF|${JSON.stringify(payload)}|${JSON.stringify(signature)}`
const key =
  '3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'

/** Signed meter records and keys: read or refused with a name, and then nothing that follows is surprised. */
export const ocmf = (): Codec => ({
  name: 'ocmf',
  share: 0.5,
  good: [
    record,
    JSON.stringify(payload),
    Buffer.from(record).toString('hex'),
    Buffer.from(record).toString('base64'),
    key
  ],
  declared: nothingDeclared,
  read(input) {
    readKey(text(input))
    const read = readRecord(text(input))
    if (!read.ok) return
    const { record: found } = read
    proofOf([found])
    signatureForm(found.signature.bytes, found.signature.curve ?? 'secp256r1')
    const xml = transparencyXml([
      { transactionId: '1', context: null, record: found.text, publicKeyHex: null }
    ])
    mustHold(xml.endsWith('</values>\n'), 'a container is closed')
  }
})

const tariff = {
  country_code: 'NL',
  party_id: 'NVX',
  id: 'day',
  currency: 'EUR',
  min_price: { excl_vat: 0.5, incl_vat: 0.6 },
  elements: [
    {
      price_components: [
        { type: 'ENERGY', price: 0.25, vat: 20, step_size: 1 },
        { type: 'TIME', price: '1.50', vat: 20, step_size: 300 }
      ],
      restrictions: { start_time: '08:00', end_time: '22:00', day_of_week: ['MONDAY', 'TUESDAY'], min_kwh: 1 }
    },
    { price_components: [{ type: 'FLAT', price: 1, step_size: 1 }] }
  ]
}
const periods = [
  {
    start_date_time: '2026-03-02T07:30:00Z',
    dimensions: [
      { type: 'ENERGY', volume: 3.25 },
      { type: 'TIME', volume: '0.75' }
    ]
  },
  { start_date_time: '2026-03-02T08:15:00Z', dimensions: [{ type: 'PARKING_TIME', volume: 0.5 }] }
]
const cdr = {
  id: '1',
  currency: 'EUR',
  start_date_time: '2026-03-02T07:30:00Z',
  end_date_time: '2026-03-02T08:45:00Z',
  tariffs: [tariff],
  charging_periods: periods,
  total_cost: { excl_vat: 2.5, incl_vat: 3 }
}

/** Tariffs and CDRs of partners: what the schema lets through is priced, or refused with a RangeError. */
export const ocpi = (): Codec => ({
  name: 'ocpi',
  share: 0.1,
  good: [JSON.stringify(tariff), JSON.stringify(cdr)],
  declared: (cause) => cause instanceof RangeError && cause.message !== 'Maximum call stack size exceeded',
  read(input) {
    const json = parsed(text(input))
    explainOcpi(json)
    const asTariff = OcpiTariff.safeParse(json)
    if (asTariff.success) {
      importTariff(asTariff.data)
      const { total } = rateOcpi({
        tariff: asTariff.data,
        chargingPeriods: periods,
        timeZone: 'Europe/Berlin'
      })
      mustHold(Number.isSafeInteger(total.amountMinor), 'a total is whole minor units')
    }
    const asCdr = OcpiCdr.safeParse(json)
    if (asCdr.success) rateCdr(asCdr.data, { timeZone: 'Europe/Berlin' })
  }
})

function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return undefined // As at the HTTP door: what is no JSON never reaches the reader.
  }
}
