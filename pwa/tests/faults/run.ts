/**
 * node tests/faults/run.ts --n 20000 --seed 1 [--first 0] [--bugs 3000] [--threads 2] [--minutes 60] [--out file.json]
 * Lives n schedules from number `first` of the seed on, then each seeded bug until it is noticed (--bugs 0: none);
 * ends with 1 if anything is not as it must be. What a time limit lets live is always the first of them, without a gap.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { buildWorker, digestOf } from './build.ts'
import { BUGS, type SeededBug } from './bugs.ts'
import type { Lived } from './live.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    bugs: { type: 'string', default: '3000' },
    threads: { type: 'string', default: '2' },
    minutes: { type: 'string', default: 'Infinity' },
    out: { type: 'string' },
  },
})
const THREADS = Number(values.threads)
const SEED = Number(values.seed)
const TRIES = Number(values.bugs)
/** A thread is thrown away after so many schedules: what its modules have piled up goes with it. A new one begins slowly. */
const STRETCH = 10_000

class Tally {
  n = 0
  seconds = 0
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

/** Which schedules, by their numbers, and until when. */
interface Range {
  first: number
  to: number
  untilViolations: number
  /** ms; later no schedule begins. */
  until: number
}

async function liveAll(file: string, range: Range, bug?: SeededBug): Promise<Tally> {
  const begun = Date.now()
  const tally = new Tally()
  const [next, found] = [shared(range.first), shared(0)]
  const work = { ...range, seed: SEED, next: next.buffer, found: found.buffer, most: STRETCH, serverBugs: bug?.server ?? [] }
  const isOver = () => next[0]! >= range.to || found[0]! >= range.untilViolations || Date.now() >= range.until
  const oneThread = async () => {
    while (!isOver()) {
      await oneStretch(file, work, tally)
      if (!bug) process.stderr.write(`\r${String(tally.n)} of ${String(range.to - range.first)}, ${String(tally.violations.length)} violations`)
    }
  }
  await Promise.all(Array.from({ length: THREADS }, oneThread))
  const taken = Math.min(next[0]!, range.to) - range.first
  if (tally.n !== taken) throw new Error(`${String(taken)} schedules were begun, ${String(tally.n)} were told of`)
  tally.seconds = (Date.now() - begun) / 1000
  return tally
}

/** A number that all threads share. */
function shared(value: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(value)
}

function oneStretch(file: string, workerData: object, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData })
    worker.on('message', (batch: Lived[]) => {
      batch.forEach((one) => tally.add(one))
    })
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${String(code)}`))))
  })
}

/** Of traces of a bug, in all threads together. */
const ENOUGH = 1

/** How it was noticed, and how often. */
async function notice(bug: SeededBug): Promise<string> {
  const range = { first: 0, to: TRIES, untilViolations: ENOUGH, until: Infinity }
  const { n, violations } = await liveAll(await buildWorker(bug), range, bug)
  const [first] = violations
  if (first === undefined) return ''
  const rate = ((100 * violations.length) / n).toFixed(1)
  return `${String(violations.length)} of ${String(n)} schedules (${rate} %), e.g. ${first.split('\n')[0] ?? ''}`
}

const first = Number(values.first)
const file = await buildWorker()
const until = Date.now() + Number(values.minutes) * 60_000
const sound = await liveAll(file, { first, to: first + Number(values.n), untilViolations: Infinity, until })
const bugs: Record<string, string> = {}
for (const bug of TRIES > 0 ? BUGS : []) bugs[bug.name] = await notice(bug)
const missed = Object.keys(bugs).filter((name) => bugs[name] === '')
const result = { program: digestOf(file), first, ...sound, bugs }
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 1)}\n`)
process.stdout.write(`${JSON.stringify({ ...result, violations: result.violations.slice(0, 20) }, null, 1)}\n`)
if (sound.violations.length > 0 || missed.length > 0) process.exitCode = 1
