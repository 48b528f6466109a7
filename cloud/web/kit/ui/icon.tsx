import type { ReactNode } from 'react'

/** One set, drawn on a 24 grid with one stroke, so that an icon never comes from anywhere else. */
const paths = {
  home: 'M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M9.5 20v-6h5v6',
  site: 'M4 20V7l6-3v16M10 9l10 2v9M3 20h18M13.5 14h3M13.5 17h3',
  plug: 'M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4',
  bolt: 'M13 2.8 5 13.5h6l-1 7.7 8-10.7h-6z',
  receipt: 'M6 3v18l2-1.4L10 21l2-1.4L14 21l2-1.4 2 1.4V3l-2 1.4L14 3l-2 1.4L10 3 8 4.4zM9 9h6M9 13h6',
  send: 'M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4',
  card: 'M3 6.5h18v11H3zM3 10.5h18M6.5 14.5h4',
  wallet:
    'M4 7.500h14.500A1.500 1.500 0 0 1 20 9v9.500A1.500 1.500 0 0 1 18.500 20h-13A1.500 1.500 0 0 1 4 18.500zM4 7.500 15 4v3.500M16.500 13.800h.01',
  tag: 'M4 4h8l8 8-8 8-8-8zM8 8h.01',
  price:
    'M12 3v18M16.5 7.5C15.5 6 14 5.5 12 5.5c-2.5 0-4.3 1.2-4.3 3.1 0 4.2 9 2.2 9 6.5 0 2-1.9 3.4-4.7 3.4-2.2 0-4-.8-5-2.5',
  book: 'M5 4h12.5A1.5 1.5 0 0 1 19 5.5V20H6.5A1.5 1.5 0 0 1 5 18.5zM5 17h14M9 8h6M9 11.5h6',
  bell: 'M6 16V11a6 6 0 1 1 12 0v5l1.5 2h-15zM10 20.5a2 2 0 0 0 4 0',
  out: 'M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checkRing: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.7 2.7L16 9.5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
  pause: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 9v6M14 9v6',
  warn: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.2h.01',
  cross: 'M6 6l12 12M18 6 6 18',
  ban: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12',
  off: 'M4 5l16 16M8.5 6.2A9 9 0 0 1 21 10M3 10a13 13 0 0 1 2.7-2M6.5 13.5A8 8 0 0 1 10 11.6M15.5 12.4a8 8 0 0 1 2 1.1M12 18.5h.01',
  link: 'M3 10a13 13 0 0 1 18 0M6.5 13.5a8 8 0 0 1 11 0M12 18.5h.01',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  stop: 'M7.500 7.500h9v9h-9z',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7.5 12h9',
  map: 'M3.5 6.5 9 4l6 2.5L20.5 4v13.5L15 20l-6-2.5L3.5 20zM9 4v13.5M15 6.5V20',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  back: 'M15 5l-7 7 7 7',
  next: 'm9 5 7 7-7 7',
  down: 'm5 9 7 7 7-7',
  up: 'm5 15 7-7 7 7',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  grid: 'M12 3v18M6 21 12 3l6 18M8 15h8M9.5 9h5',
  building: 'M6 21V4h12v17M4 21h16M9.5 8h1M13.5 8h1M9.5 12h1M13.5 12h1M10.5 21v-4h3v4',
  gauge: 'M4 17a8.5 8.5 0 1 1 16 0M12 15l4-5M12 15h.01',
  car: 'M4 16v-4l2-5h12l2 5v4M4 16h16M4 16v2.5M20 16v2.5M4 12h16M7.5 14h.01M16.5 14h.01',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  here: 'M12 21s7-6.2 7-11.5a7 7 0 1 0-14 0C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.3l3 1.7',
  wrench:
    'M14.5 6.5a4 4 0 0 1 5-1l-2.7 2.7 1 2 2 1L22.4 8.500a4 4 0 0 1-5.400 4.800L8.500 21.500 4 17l8.200-8.500a4 4 0 0 1 2.300-2z',
  globe:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3.500 6 3.500 9s-.5 6-3.500 9c-3-3-3.500-6-3.500-9S9 6 12 3z',
  menu: 'M4 6.500h16M4 12h16M4 17.500h16',
  raw: 'm8 7-5 5 5 5M16 7l5 5-5 5M13.500 5l-3 14'
} as const
export type IconName = keyof typeof paths

/** Decoration beside a word; without a word the button around it carries the label. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  )
}

export function Mark({ size = 30 }: { size?: number }): ReactNode {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 64 64">
      <rect width="64" height="64" rx="15" fill="#4b3bd1" />
      <path
        d="M18 46V18l28 28V18"
        fill="none"
        stroke="#fff"
        strokeWidth="6.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx="46" cy="18" r="5.5" fill="#ffd166" />
    </svg>
  )
}
