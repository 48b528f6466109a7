import { amps, clock, el, kW } from './parts.js'
import { detail as detailOf, reason as reasonOf, t } from './words.js'

// A state never by colour alone: a sign and a word stand beside it.
const looks = {
  active: ['busy', '●'],
  planned: ['waiting', '◷'],
  past: ['offline', '✓'],
  cancelled: ['offline', '–'],
  refused: ['fault', '×']
}
const mostOver = 5 // Of what is over and of what was refused, the newest say enough.

/** Every limit with its source, its state and what became of it; which one rules is said. */
export function limitRows(limits) {
  const seen = { past: 0, refused: 0 }
  const coming = new Set() // Of what comes again each day the next one says enough.
  const rows = limits.filter(({ state, source, version, limitW, limitMilliA }) => {
    if (state in seen) return ++seen[state] <= mostOver
    const key = JSON.stringify([source, version, limitW, limitMilliA])
    const isAgain = state === 'planned' && coming.has(key)
    if (state === 'planned') coming.add(key)
    return !isAgain
  })
  return rows.length > 0 ? rows.map(limitRow) : [el('p', { class: 'quiet' }, t('noLimits'))]
}

function limitRow(limit) {
  const { source, state, binding, from, until, reason, detail, version } = limit
  const [className, sign] = looks[state] ?? ['offline', '?']
  const time = [from ? `${t('from')} ${clock(from)}` : '', until ? `${t('until')} ${clock(until)}` : '']
  return el(
    'div',
    { class: 'row', 'data-limit': source, 'data-state': state },
    el(
      'div',
      { class: 'head' },
      el('h3', {}, valueOf(limit) || t('unknown')),
      el('span', { class: `pill ${className}` }, `${sign} ${t(`ls_${state}`)}`)
    ),
    el(
      'p',
      {},
      [sourceWord(source), version === null ? '' : `${t('version')} ${version}`, ...time]
        .filter(Boolean)
        .join(' · '),
      ...(binding ? [el('b', {}, ` · ${t(state === 'planned' ? 'willRule' : 'rules')}`)] : [])
    ),
    el(
      'p',
      { class: 'quiet small' },
      [reasonOf(reason), detail === null ? '' : detailOf(detail)].filter(Boolean).join(' · ')
    )
  )
}

const valueOf = ({ limitW, limitMilliA, exportLimitW }) =>
  [
    limitW === null ? '' : kW(limitW),
    limitMilliA === null ? '' : phases(limitMilliA),
    exportLimitW === undefined ? '' : `${t('fedIn')} ${kW(exportLimitW)}`
  ]
    .filter(Boolean)
    .join(' · ')

/** One number where the phases agree. */
const phases = (milliA) =>
  milliA.every((each) => each === milliA[0])
    ? amps(milliA[0] / 1000)
    : milliA.map((each) => amps(each / 1000)).join(' / ')

/** Ours have a word; a partner's own name stays as it is. */
const sourceWord = (source) => {
  const key = `src_${source}`
  return t(key) === key ? source : t(key)
}
