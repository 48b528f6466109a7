/** Sections of a site file: two feeders of 80 A behind a grid connection with an SDM630 at a port of this machine. */
export const meteredSite = (meterPort: number, gridA: number, voltageV: number) => ({
  grid: { limitA: [gridA, gridA, gridA], voltageV, meter: 'grid-meter', baseLoadReserveW: 2_000 },
  circuits: ['feeder-1', 'feeder-2'].map((id) => ({ id, parent: 'grid', limitA: [80, 80, 80] })),
  devices: [
    {
      id: 'grid-meter',
      kind: 'meter',
      driver: 'modbus',
      model: 'eastron-sdm630',
      address: `tcp://127.0.0.1:${meterPort}`,
      unit: 1
    }
  ]
})
