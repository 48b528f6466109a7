export const unitKey = 'ChargingScheduleAllowedChargingRateUnit'

/** What a probe asks for (OCPP 1.6 §9). */
export const askedKeys = [
  unitKey,
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleMaxPeriods',
  'MaxChargingProfilesInstalled',
  'ConnectorSwitch3to1PhaseSupported',
  'MeterValueSampleInterval'
] as const

/** The keys of a GetConfiguration answer that have a value; anything malformed is left out. */
export function keysOf(payload: unknown): ReadonlyMap<string, string> {
  const keys = (payload as { readonly configurationKey?: unknown } | null)?.configurationKey
  const rows = Array.isArray(keys) ? (keys as ({ key?: unknown; value?: unknown } | null)[]) : []
  return new Map(
    rows.flatMap((row) =>
      typeof row?.key === 'string' && typeof row.value === 'string' ? [[row.key, row.value] as const] : []
    )
  )
}

/** A count that is one: stations also send empty texts and words. */
export function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text.trim()) ? Number(text) : null
}

export function switchOf(text: string | undefined): boolean | null {
  const word = text?.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}
