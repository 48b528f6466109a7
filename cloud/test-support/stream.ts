import { until } from './until.ts'

/** A screen that listens to the stream. */
export async function openStream(url: string, token: string, topics: string) {
  const gone = new AbortController()
  const answer = await fetch(`${url}/api/v1/stream?topics=${topics}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: gone.signal
  })
  let text = ''
  void (async () => {
    if (!answer.body) return
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) text += chunk
  })().catch(() => undefined) // Closed by the test.
  await until('the stream to begin', () => text.includes('event: hello'))
  return {
    events: (topic: string): unknown[] =>
      [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)].flatMap(([, name, data]) =>
        name === topic ? [JSON.parse(data ?? 'null') as unknown] : []
      ),
    close: () => gone.abort()
  }
}
