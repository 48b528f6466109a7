const longestAnswer = 262_144

export type Answer = {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export type Request = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** One exchange with a deadline. @returns the answer, or in words why there is none */
export async function exchange(request: Request, patienceMs: number): Promise<Answer | string> {
  const { method, url, headers, body } = request
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers },
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'error', // A provider does not send us elsewhere with our keys.
      ...(body === undefined ? {} : { body })
    })
    const text = await answer.text()
    if (text.length > longestAnswer) return 'the answer is too long'
    return { status: answer.status, text, headers: Object.fromEntries(answer.headers) }
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : 'unknown'}`
  }
}

/** @returns undefined for text that is no JSON */
export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const longestFile = 200_000_000

/** Fetches a file. @returns its bytes and status, or in words why there is none */
export async function fetchFile(
  { url, headers }: Pick<Request, 'url' | 'headers'>,
  patienceMs: number
): Promise<{ readonly status: number; readonly bytes: Buffer } | string> {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const answer = await fetch(url, { headers: { ...headers }, signal, redirect: 'error' })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (bytes.length > longestFile) return 'the file is too long'
    return { status: answer.status, bytes }
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : 'unknown'}`
  }
}
