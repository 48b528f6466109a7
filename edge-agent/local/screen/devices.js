import { order } from './api.js'
import { age, amps, clock, el, figure, fill, kW, kWh, rows, say } from './parts.js'
import { t } from './words.js'

const at = (id) => document.getElementById(id)

export function showDevices(devices) {
  rows(at('devices'), devices, t('noDevices'), {
    key: (device) => `${device.kind}:${device.id}`,
    make: (device) => (device.kind === 'charger' ? chargerRow(device) : meterRow(device))
  })
}

function chargerRow(charger) {
  const pill = el('span')
  const about = el('p', { class: 'quiet small' })
  const tests = el('div')
  const shown = new Set()
  return {
    node: el(
      'div',
      { class: 'row', 'data-charger': charger.id },
      el('div', { class: 'head' }, el('h3', {}, charger.id), pill),
      about,
      tests
    ),
    update: (now) => {
      pill.className = `pill ${now.online ? 'free' : 'offline'}`
      say(pill, now.online ? `○ ${t('online')}` : `× ${t('offlineWord')}`)
      say(
        about,
        [now.protocol, now.identity, now.circuit ? `${t('circuit')} ${now.circuit}` : '']
          .filter(Boolean)
          .join(' · ')
      )
      for (const connector of now.connectors) {
        if (!shown.has(connector.id)) tests.append(testRow(charger.id, connector.id))
        shown.add(connector.id)
      }
      for (const button of tests.querySelectorAll('button')) say(button, t(button.dataset.word))
    }
  }
}

/** The installer's test: is it wired right, does it obey? */
function testRow(chargerId, connector) {
  const said = el('output', { 'aria-live': 'polite' })
  const button = (word, action, payload) =>
    testButton(word, connector, (pressed) => void tryOut(said, pressed, { chargerId, action, payload }))
  return el(
    'div',
    { class: 'actions', 'data-test': connector },
    el('span', { class: 'small' }, connector),
    button('testRead', 'trigger', { message: 'MeterValues', connector }),
    button('testSet', 'setLimit', { connector, limitA: 6 }),
    button('testRelease', 'clearLimit', { connector }),
    said
  )
}

function testButton(word, connector, pressed) {
  const button = el(
    'button',
    {
      type: 'button',
      'data-word': word,
      'aria-label': `${t(word)} ${connector}`,
      onclick: () => pressed(button)
    },
    t(word)
  )
  return button
}

/** Shows the charger's own answer, or why there is none. */
async function tryOut(said, button, { chargerId, action, payload }) {
  button.disabled = true
  said.className = ''
  say(said, t('asking'))
  try {
    const { status, error, result } = await order(chargerId, action, payload)
    said.className = status === 'accepted' ? 'free' : 'fault'
    const answer = result === undefined ? '' : JSON.stringify(result).slice(0, 200)
    say(said, [t(`cmd_${status}`), error, answer].filter(Boolean).join(' · '))
  } catch (cause) {
    said.className = 'fault'
    say(said, cause.message)
  } finally {
    button.disabled = false
  }
}

function meterRow(meter) {
  const figures = el('p', { class: 'figures' })
  return {
    node: el(
      'div',
      { class: 'row' },
      el('div', { class: 'head' }, el('h3', {}, meter.id), el('span', { class: 'quiet small' }, meter.model)),
      figures
    ),
    update: ({ reading, ageSeconds }) =>
      fill(figures, [
        figure(t('power'), kW(reading?.powerW)),
        figure(
          'L1 L2 L3',
          (reading?.currentMilliA ?? []).map((each) => amps(each / 1000)).join(' · ') || t('unknown')
        ),
        figure(t('register'), kWh(reading?.registerWh)),
        figure(t('age'), age(ageSeconds), ageSeconds === null || ageSeconds > 5 ? 'old' : '')
      ])
  }
}

export function showUnclaimed(chargers) {
  rows(at('unclaimed'), chargers, t('noUnclaimed'), {
    key: (charger) => charger.identity,
    make: (charger) => {
      const words = el('p', { class: 'quiet' })
      const count = el('span', { class: 'quiet small' })
      return {
        node: el(
          'div',
          { class: 'row' },
          el('div', { class: 'head' }, el('h3', {}, charger.identity), count),
          words
        ),
        update: (now) => {
          say(
            count,
            `${now.protocol} · ${now.address} · ${now.knocks} ${t('knocks')} · ${t('last')} ${clock(now.lastAt)}`
          )
          say(
            words,
            `${t('says')}: ${
              Object.entries(now.says)
                .map(([name, value]) => `${name} ${value}`)
                .join(' · ') || '–'
            }`
          )
        }
      }
    }
  })
}
