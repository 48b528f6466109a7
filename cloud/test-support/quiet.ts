const silent = (): void => undefined

/** A log for tests that look at effects, not at lines. */
export const quiet = { debug: silent, info: silent, warn: silent, error: silent }
