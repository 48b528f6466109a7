import { call, forgetToken, hasToken, keepToken, Refused } from './api.js'
import { showDevices, showUnclaimed } from './devices.js'
import { showAlarms, showConnectors, showOutbox, showTree, showUplink } from './panels.js'
import { clock, inZone, say } from './parts.js'
import { dress, switchLanguage, t } from './words.js'

const everyMs = 2_000
const at = (id) => document.getElementById(id)
let seen = null // The last complete picture and when it was taken.

async function look() {
  const [site, devices, unclaimed, alarms, outbox] = await Promise.all(
    ['/site', '/devices', '/unclaimed', '/alarms', '/outbox'].map((path) => call('GET', path))
  )
  // Before the first decision there is none; the site says that by itself.
  const picture = site.effectiveLimit ? await call('GET', '/power') : null
  seen = {
    at: Date.now(),
    site,
    devices: devices.items,
    unclaimed: unclaimed.items,
    alarms: alarms.items,
    outbox,
    picture
  }
}

function show() {
  if (!seen) return
  const { site, devices, unclaimed, alarms, outbox, picture } = seen
  inZone(site.timeZone)
  say(at('site-name'), site.name)
  say(at('site-sub'), `${site.id} · ${site.timeZone} · ${site.version}`)
  document.title = `${site.name} · Nova-X edge`
  showUplink(site.uplink)
  showAlarms(alarms)
  showConnectors(devices.flatMap((device) => device.connectors ?? []))
  showTree(site, picture)
  showDevices(devices)
  showUnclaimed(unclaimed)
  showOutbox(outbox, site.uplink)
}

async function beat() {
  try {
    await look()
    at('stale').hidden = true
    open(true)
    show()
  } catch (cause) {
    if (cause instanceof Refused) {
      forgetToken()
      say(at('token-wrong'), t('tokenWrong'))
      return open(false)
    }
    at('stale').hidden = false
    say(at('stale'), seen ? `${t('stale')} ${clock(seen.at)}` : t('unreachable'))
  }
  setTimeout(() => void beat(), everyMs)
}

function open(inside) {
  at('sign-in').hidden = inside
  at('board').hidden = !inside
  at('forget').hidden = !inside
  if (!inside) at('token').focus()
}

const shelf = 'nova-edge-theme'
function theme(name) {
  if (name) document.documentElement.dataset.theme = name
}

at('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  say(at('token-wrong'), '')
  keepToken(at('token').value)
  at('token').value = ''
  void beat()
})
at('forget').addEventListener('click', () => {
  forgetToken()
  location.reload()
})
at('language').addEventListener('click', () => {
  switchLanguage()
  say(at('language'), t('language'))
  show()
})
at('theme').addEventListener('click', () => {
  const dark =
    document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  const next = dark === 'dark' ? 'light' : 'dark'
  localStorage.setItem(shelf, next)
  theme(next)
})

theme(localStorage.getItem(shelf))
dress()
say(at('language'), t('language'))
if (hasToken()) void beat()
else open(false)
