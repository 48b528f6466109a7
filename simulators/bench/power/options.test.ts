import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { kilowatts, words } from './options.ts'

void test('capacities are numbers of kilowatts above 0, each once, in the order given', async (t) => {
  t.equal(kilowatts(undefined), undefined)
  t.strictSame(kilowatts('50, 30,50,33.333'), [50, 30, 33.333])
  for (const bad of ['', '0', '-5', 'abc', '30,', 'Infinity', 'NaN', '30;50', '1e999'])
    t.throws(() => kilowatts(bad), { message: /^--capacities: ".*" is no number of kilowatts above 0$/ })
})

void test('a word that is not known is named, with those that are', async (t) => {
  const known = ['LLF', 'RR'] as const
  t.strictSame(words('algorithms', undefined, known), known)
  t.strictSame(words('algorithms', 'RR,LLF,RR', known), ['RR', 'LLF'])
  for (const bad of ['llf', '', 'LLF,', 'FCFS'])
    t.throws(() => words('algorithms', bad, known), { message: /^--algorithms: ".*" is none of LLF, RR$/ })
})

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const run = (...flags: string[]): Promise<{ code: unknown; out: string; words: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'power', ...flags], (fault, out, said) => {
      resolve({ code: fault?.code ?? 0, out, words: said })
    })
  })

for (const [flags, says] of [
  [['--capacities', '0'], 'bench: --capacities: "0" is no number of kilowatts above 0\n'],
  [
    ['--networks', 'four_phase', '--algorithms', 'optimiser'],
    'bench: --networks: "four_phase" is none of three_phase, three_phase_q, single_phase\n'
  ],
  [['--algorithms', 'llf'], 'bench: --algorithms: "llf" is none of FCFS, EDF, LLF, RR, optimiser\n'],
  [
    ['--figures', 'colour'],
    'bench: --figures: "colour" is none of delivered, speed, composite, tables, optimum\n'
  ]
] as const)
  void test(`bench power ${flags.join(' ')}: one clear line, no figure, and the exit code 2`, async (t) => {
    const { code, out, words: said } = await run(...flags)
    t.equal(code, 2)
    t.equal(out, '')
    t.equal(said, says)
  })
