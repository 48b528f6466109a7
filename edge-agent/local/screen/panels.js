import { limitRows } from './limits.js'
import { age, amps, clock, dressPill, el, figure, fill, kW, kWh, number, rows, say } from './parts.js'
import { reason as reasonOf, t } from './words.js'

const oldSeconds = 60 // A value older than that looks old.
const at = (id) => document.getElementById(id)

export function showAlarms(alarms) {
  rows(at('alarms'), alarms, t('noAlarms'), {
    key: (alarm) => alarm.alarmId,
    make: () => {
      const title = el('h3')
      const since = el('span', { class: 'quiet small' })
      const detail = el('p')
      const advice = el('p', { class: 'quiet' })
      return {
        node: el('div', { class: 'row' }, el('div', { class: 'head' }, title, since), detail, advice),
        update: (alarm) => {
          title.className = alarm.severity === 'urgent' ? 'fault' : 'waiting'
          say(title, `${t(`sev_${alarm.severity}`)} · ${alarm.code} · ${alarm.subject}`)
          say(since, clock(alarm.at))
          say(detail, alarm.detail)
          say(advice, alarm.advice)
        }
      }
    }
  })
}

export function showConnectors(connectors) {
  rows(at('connectors'), connectors, t('noConnectors'), {
    key: (connector) => connector.id,
    make: (connector) => {
      const pill = el('span')
      const figures = el('p', { class: 'figures' })
      const reason = el('p', { class: 'quiet' })
      return {
        node: el(
          'div',
          { class: 'row', 'data-connector': connector.id },
          el('div', { class: 'head' }, el('h3', {}, connector.id), pill),
          figures,
          reason
        ),
        update: (now) => {
          dressPill(pill, now.status)
          fill(figures, [
            figure(t('power'), kW(powerOf(now))),
            figure(t('limit'), amps(now.limitA)),
            ...(now.sessionId ? [figure(t('energy'), kWh(now.energyWh))] : []),
            figure(t('age'), age(now.ageSeconds), now.ageSeconds > oldSeconds ? 'old' : '')
          ])
          say(
            reason,
            [now.limitReason && reasonOf(now.limitReason), now.errorCode].filter(Boolean).join(' · ')
          )
        }
      }
    }
  })
}

/** Chargers tell what they draw only while they charge: without a session it is the last word about the car before. */
const powerOf = ({ sessionId, status, powerW }) => (sessionId || status === 'charging' ? powerW : null)

/** The tree by phase, and who limits it; `picture` is null while the control loop has not run. */
export function showTree({ effectiveLimit: now, tree }, picture) {
  const top = now
    ? el(
        'p',
        { class: 'figures' },
        figure(t('effective'), kW(now.limitW)),
        figure(t('site'), kW(now.siteW)),
        figure(t('baseLoad'), kW(now.baseLoadW)),
        figure(t('meter'), t(`m_${now.meter}`), now.meter === 'good' || now.meter === 'none' ? '' : 'old'),
        ...(now.missingW > 0 ? [figure(t('missing'), kW(now.missingW), 'fault')] : [])
      )
    : el('p', { class: 'quiet' }, t('notYet'))
  const loads = new Map(picture?.nodes.map(({ id, loadMilliA }) => [id, loadMilliA]))
  fill(at('tree'), [
    top,
    el('p', { class: 'quiet' }, reasonOf(now?.reason ?? '')),
    ...tree.map((branch) => branchRow(branch, loads.get(branch.id) ?? null)),
    el('h3', { class: 'over' }, t('given')),
    ...limitRows(picture?.limits ?? [])
  ])
}

function branchRow(branch, loadMilliA) {
  const phases = branch.limitA.map((limit, phase) => {
    const share = limit > 0 ? Math.min(100, (branch.committedA[phase] / limit) * 100) : 100
    const bar = el('i', { class: share > 95 ? 'full' : '' })
    bar.style.width = `${share}%`
    return el(
      'div',
      {},
      el(
        'div',
        { class: 'small' },
        `L${phase + 1}: ${loadMilliA === null ? '' : `${amps(loadMilliA[phase] / 1000)} ${t('drawn')}, `}${amps(branch.committedA[phase])} ${t('committed')} ${t('of')} ${amps(limit)}, ${amps(branch.headroomA[phase])} ${t('headroom')}`
      ),
      el('div', { class: 'bar', role: 'presentation' }, bar)
    )
  })
  return el(
    'div',
    { class: 'row', 'data-branch': branch.id },
    el('h3', {}, branch.parent ? `${branch.parent} → ${branch.id}` : branch.id),
    ...phases
  )
}

export function showOutbox({ lanes }, uplink) {
  const lane = (name, { lastSequence, durableSequence }) => [
    el('dt', {}, t(name)),
    el(
      'dd',
      {},
      `${number(lastSequence - durableSequence)} ${t('waitingEvents')} · ${t('durable')} ${number(durableSequence)} ${t('of')} ${number(lastSequence)}`
    )
  ]
  const cloud = [
    t(`up_${uplink.kind}`),
    uplink.reason,
    uplink.detail,
    uplink.since ? clock(uplink.since) : ''
  ]
    .filter(Boolean)
    .join(' · ')
  fill(at('outbox'), [
    el(
      'dl',
      {},
      ...lane('facts', lanes.facts),
      ...lane('history', lanes.history),
      el('dt', {}, t('uplink')),
      el('dd', {}, cloud)
    )
  ])
}

export function showUplink({ kind }) {
  const pill = at('uplink')
  pill.className = `pill ${{ online: 'free', connecting: 'waiting', standalone: 'offline' }[kind] ?? 'fault'}`
  say(pill, t(`up_${kind}`))
}
