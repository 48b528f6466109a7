/** Where a device is spoken to: one connection, one unit behind it. */
export type Place = { readonly host: string; readonly port: number; readonly unit: number }

/** @throws RangeError when the address is not tcp://host:port: a fault of the site file */
export function placeOf({ address, unit }: { readonly address: string; readonly unit: number }): Place {
  const { host = '', port = '' } = /^tcp:\/\/(?<host>[^\s/:]+):(?<port>\d{1,5})$/.exec(address)?.groups ?? {}
  if (host === '' || Number(port) > 65_535)
    throw new RangeError(`address: "${address}" is not tcp://host:port`)
  return { host, port: Number(port), unit }
}
