/**
 * node tests/faults/run.ts --n 20000 --seed 1 [--bugs 3000] [--threads 2] [--minutes 60] [--out file.json]
 * Lives the schedules, then each seeded bug until it is noticed; ends with 1 if anything is not as it must be.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { buildWorker } from './build.ts'
import { BUGS, type SeededBug } from './bugs.ts'
import type { Lived } from './live.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    bugs: { type: 'string', default: '3000' },
    threads: { type: 'string', default: '2' },
    minutes: { type: 'string', default: 'Infinity' },
    out: { type: 'string' },
  },
})
const THREADS = Number(values.threads)
const SEED = Number(values.seed)

class Tally {
  n = 0
  acknowledged = 0
  promised = 0
  readonly violations: string[] = []
  readonly faults: Record<string, number> = {}
  readonly checked: Record<string, number> = {}

  add(lived: Lived): void {
    this.n += 1
    this.acknowledged += lived.acknowledged
    this.promised += lived.promised
    if (lived.violation !== null) this.violations.push(`seed ${String(lived.seed)}: ${lived.violation}`)
    for (const [name, times] of lived.faults) this.faults[name] = (this.faults[name] ?? 0) + times
    for (const [name, times] of lived.checked) this.checked[name] = (this.checked[name] ?? 0) + times
  }
}

interface Ends {
  untilViolations: number
  /** ms; later no schedule begins. */
  until: number
}

async function liveAll(file: string, n: number, ends: Ends, bug?: SeededBug): Promise<Tally> {
  const tally = new Tally()
  const share = Math.ceil(n / THREADS)
  const threads = Array.from({ length: THREADS }, (_, at) => {
    const from = SEED + at * share
    return oneThread(file, { from, to: Math.min(from + share, SEED + n), serverBugs: bug?.server ?? [], ...ends }, tally)
  })
  await Promise.all(threads)
  return tally
}

function oneThread(file: string, workerData: object, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData })
    worker.on('message', (batch: Lived[]) => batch.forEach((lived) => tally.add(lived)))
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${String(code)}`))))
  })
}

/** How it was noticed, and how often: a few times are enough, per thread. */
const ENOUGH = 3

async function notice(bug: SeededBug): Promise<string> {
  const { n, violations } = await liveAll(await buildWorker(bug), Number(values.bugs), { untilViolations: ENOUGH, until: Infinity }, bug)
  const [first] = violations
  if (first === undefined) return ''
  const rate = ((100 * violations.length) / n).toFixed(1)
  return `${String(violations.length)} of ${String(n)} schedules (${rate} %), e.g. ${first.split('\n')[0] ?? ''}`
}

const begun = Date.now()
const until = begun + Number(values.minutes) * 60_000
const sound = await liveAll(await buildWorker(), Number(values.n), { untilViolations: Infinity, until })
const seconds = (Date.now() - begun) / 1000
const bugs: Record<string, string> = {}
for (const bug of BUGS) bugs[bug.name] = await notice(bug)
const missed = Object.keys(bugs).filter((name) => bugs[name] === '')
const result = { ...sound, seconds, bugs }
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 1)}\n`)
process.stdout.write(`${JSON.stringify({ ...result, violations: result.violations.slice(0, 20) }, null, 1)}\n`)
if (sound.violations.length > 0 || missed.length > 0) process.exitCode = 1
