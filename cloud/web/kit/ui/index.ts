/** The parts every page is made of. */
export * from '../tones.ts'
export * from './figure.tsx'
export * from './icon.tsx'
export * from './invoice-pdf.tsx'
export * from './pill.tsx'
export * from './sign-in.tsx'
export * from './states.tsx'
export * from './switches.tsx'
