/** @throws Error that names the option, what was found and what is allowed */
export function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Error(`--${name}: a number from ${least} to ${most}, not "${text}"`)
  return value
}

/** Resolves at Ctrl-C, or at the end of whoever started us. */
export async function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.once(signal, () => resolve())
  return promise
}
