import { locale, t } from './words.js'

/** Small pieces of the page. Text only ever goes in as text: what a charger says of itself is never markup. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') element.className = value
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

/** Keeps one row for each item, in place: what did not change is not touched, so focus and reading place stay. */
export function rows(container, items, empty, { key, make }) {
  const old = new Map([...container.children].map((row) => [row.dataset.key, row]))
  const wanted =
    items.length > 0
      ? items.map((item) => rowFor(old, key(item), () => make(item)))
      : [rowFor(old, '-empty', () => ({ node: el('p', { class: 'quiet' }), update: () => undefined }))]
  if (items.length === 0) wanted[0].textContent = empty
  else items.forEach((item, index) => updates.get(wanted[index])(item))
  for (const row of old.values()) if (!wanted.includes(row)) row.remove()
  wanted.forEach((row, index) => {
    if (container.children[index] !== row) container.insertBefore(row, container.children[index] ?? null)
  })
}

const updates = new WeakMap()

function rowFor(old, key, make) {
  const known = old.get(key)
  if (known) return known
  const { node, update } = make()
  node.dataset.key = key
  updates.set(node, update)
  return node
}

export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** Replaces the children only when the description of them changed. */
export function fill(element, children) {
  const text = children.map((child) => (typeof child === 'string' ? child : child.outerHTML)).join('')
  if (element.dataset.was === text) return
  element.dataset.was = text
  element.replaceChildren(...children)
}

export const kW = (watts) =>
  watts === null || watts === undefined ? t('unknown') : `${number(watts / 1000, 1)} kW`
export const kWh = (wattHours) =>
  wattHours === null || wattHours === undefined ? t('unknown') : `${number(wattHours / 1000, 2)} kWh`
export const amps = (value) =>
  value === null || value === undefined ? t('unknown') : `${number(value, 1)} A`
export const number = (value, digits = 0) =>
  value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })
/** Times are those of the site, whose zone the head of the page names, wherever the reader sits. */
export const clock = (instant) =>
  new Date(instant).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'medium', timeZone: siteZone })

let siteZone
export const inZone = (/** @type {string} */ timeZone) => {
  siteZone = timeZone
}

export function age(seconds) {
  if (seconds === null || seconds === undefined) return t('never')
  if (seconds < 90) return `${Math.round(seconds)} s ${t('ago')}`
  return seconds < 5400
    ? `${Math.round(seconds / 60)} min ${t('ago')}`
    : `${Math.round(seconds / 3600)} h ${t('ago')}`
}

export const figure = (name, value, className = '') =>
  el('span', { class: className }, `${name} `, el('b', {}, value))

const looks = {
  available: ['free', '○'],
  preparing: ['waiting', '◐'],
  charging: ['busy', '●'],
  suspended: ['waiting', '❙❙'],
  finishing: ['waiting', '◑'],
  reserved: ['waiting', '◷'],
  unavailable: ['offline', '–'],
  faulted: ['fault', '!'],
  offline: ['offline', '×']
}

/** A state never by colour alone: a sign and a word stand beside it. */
export function dressPill(pill, status) {
  const [className, sign] = looks[status] ?? ['offline', '?']
  pill.className = `pill ${className}`
  say(pill, `${sign} ${t(`st_${status}`)}`)
}
