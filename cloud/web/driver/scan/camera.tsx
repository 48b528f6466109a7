import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Icon, Note } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'

const lookEveryMs = 200 // Five looks a second find a code at once and leave the phone cool.

/** Looks through the camera until `found` takes a code. Nothing leaves the phone. */
export function Camera({ found }: { found: (text: string) => boolean }): ReactNode {
  const { say } = useWords()
  const [state, setState] = useState<'off' | 'on' | 'none'>('off')
  const video = useRef<HTMLVideoElement>(null)
  const tell = useRef(found)
  useEffect(() => {
    tell.current = found
  })

  useEffect(() => {
    if (state !== 'on' || !video.current) return
    const stop = new AbortController()
    look(video.current, (text) => tell.current(text), stop.signal).catch(() => {
      if (!stop.signal.aborted) setState('none')
    })
    return () => stop.abort()
  }, [state])

  if (state === 'none')
    return (
      <Note tone="wait" icon="scan">
        {say('driver.scanNone')}
      </Note>
    )
  return (
    <>
      {state === 'on' ? (
        <div className="scan">
          <video ref={video} muted playsInline aria-label={say('driver.scanWhy')} />
          <span className="frame" />
        </div>
      ) : (
        <button type="button" className="btn" data-kind="main" data-size="big" onClick={() => setState('on')}>
          <Icon name="scan" size={22} />
          {say('driver.scanStart')}
        </button>
      )}
      <p className="quiet small">{say('driver.scanWhy')}</p>
    </>
  )
}

async function look(
  video: HTMLVideoElement,
  found: (text: string) => boolean,
  stop: AbortSignal
): Promise<void> {
  const [media, { openReader }] = await Promise.all([
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false }),
    import('./reader.ts')
  ])
  const close = () => {
    for (const track of media.getTracks()) track.stop()
  }
  stop.addEventListener('abort', close, { once: true })
  if (stop.aborted) {
    close()
    return
  }
  video.srcObject = media
  await video.play()
  const read = openReader()
  while (!stop.aborted) {
    const text = await read(video)
    if (text !== undefined && found(text)) return
    await new Promise<void>((resolve) => {
      setTimeout(resolve, lookEveryMs)
    })
  }
}
