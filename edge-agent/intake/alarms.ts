import type { Fact } from '@nova/shared-protocol/messages'
import { AlarmCode, type Severity } from '@nova/shared-protocol/model'
import type { Alarm, Needs, OpenAlarm } from './contract.ts'

/** Alarms open at one time; a site with more has one problem, not five hundred. */
const mostOpen = 500

/** Changes that wait for the disk; beyond it the oldest is dropped, memory still knows what is open. */
const mostWaiting = 1_000

export type AlarmBook = {
  raise(alarm: Alarm): void
  clear(code: AlarmCode, subject: string): void
  open(): readonly OpenAlarm[]
  /** Writes what could not be written before. */
  retry(): void
  /** Clears what was open when the last process ended and has not been raised again by this one. */
  forgetOld(): void
}

type Change = { readonly key: string; readonly fact: Fact; readonly row: OpenAlarm; readonly isOpen: boolean }

/** What is wrong now: raised once for each code and subject, known at once, written as soon as the disk takes it. */
export function openAlarmBook(needs: Needs): AlarmBook {
  const open = new Map(needs.store.alarms.open().map((alarm) => [nameOf(alarm.code, alarm.subject), alarm]))
  const old = new Set(open.keys())
  const paper = openPaper(needs)

  function clear(code: string, subject: string): void {
    const known = open.get(nameOf(code, subject))
    if (!known) return
    open.delete(nameOf(code, subject))
    paper.note({
      key: `alarm/${known.alarmId}/cleared`,
      fact: cleared(known, needs),
      row: known,
      isOpen: false
    })
  }

  return {
    raise(alarm) {
      const name = nameOf(alarm.code, alarm.subject)
      const known = open.get(name)
      old.delete(name)
      if (!known && open.size >= mostOpen) return
      const row = known ? { ...known, detail: alarm.detail.slice(0, 500) } : opened(alarm, needs)
      open.set(name, row)
      if (!known)
        paper.note({ key: `alarm/${row.alarmId}/raised`, fact: raised(alarm, row), row, isOpen: true })
    },
    clear,
    open: () => [...open.values()],
    retry: paper.write,
    forgetOld() {
      for (const alarm of [...old].flatMap((name) => open.get(name) ?? [])) clear(alarm.code, alarm.subject)
      old.clear()
    }
  }
}

/** What has to be written of it, kept in order until the disk takes it. */
function openPaper(needs: Needs) {
  const { store, log } = needs
  let waiting: readonly Change[] = []
  let isWriting = false

  async function writeAll(): Promise<void> {
    const batch = new Set(waiting)
    try {
      await store.commit(() => {
        for (const each of batch) writeOne(needs, each)
      })
      waiting = waiting.filter((each) => !batch.has(each))
      isWriting = false
      write()
    } catch (error) {
      isWriting = false
      log.warn({ error: String(error), waiting: waiting.length }, 'alarms could not be stored yet')
    }
  }

  function write(): void {
    if (isWriting || waiting.length === 0) return
    isWriting = true
    void writeAll()
  }

  return {
    write,
    note(change: Change): void {
      waiting = [...waiting, change].slice(-mostWaiting)
      write()
    }
  }
}

const nameOf = (code: string, subject: string): string => `${code}/${subject.slice(0, 100)}`

function opened({ code, severity, subject, detail, advice }: Alarm, needs: Needs): OpenAlarm {
  const alarmId = needs.chance.uuid()
  const at = new Date(needs.now()).toISOString()
  return {
    alarmId,
    code,
    severity,
    subject: subject.slice(0, 100),
    at,
    detail: detail.slice(0, 500),
    advice: advice.slice(0, 500)
  }
}

function raised(
  { code, severity }: { readonly code: AlarmCode; readonly severity: Severity },
  row: OpenAlarm
): Fact {
  const { alarmId, subject, at, detail, advice } = row
  return { kind: 'alarm.raised.v1', alarmId, code, severity, subject, at, detail, advice }
}

function cleared({ alarmId, code, subject }: OpenAlarm, needs: Needs): Fact {
  const at = new Date(needs.now()).toISOString()
  return { kind: 'alarm.cleared.v1', alarmId, code: AlarmCode.parse(code), subject, at }
}

function writeOne({ store }: Needs, { key, fact, row, isOpen }: Change): void {
  store.outbox.append('facts', key, JSON.stringify(fact))
  if (isOpen) store.alarms.put(row)
  else store.alarms.delete(row.alarmId)
}
