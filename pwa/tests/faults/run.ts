/**
 * node tests/faults/run.ts --n 20000 --seed 1 [--bugs 3000] [--threads 2] [--minutes 60] [--out file.json] [--kept file.json]
 * Lives the schedules, then each seeded bug until it is noticed; ends with 1 if anything is not as it must be.
 * With --kept, what has been lived is written there after each stretch, and a run that was cut off goes on.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
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
    kept: { type: 'string' },
  },
})
const THREADS = Number(values.threads)
const SEED = Number(values.seed)
/** A thread is thrown away after so many seeds: what its modules have piled up goes with it. A new one begins slowly. */
const STRETCH = 10_000

class Tally {
  n = 0
  seconds = 0
  acknowledged = 0
  promised = 0
  readonly violations: string[] = []
  readonly faults: Record<string, number> = {}
  readonly checked: Record<string, number> = {}
  /** First seeds of the stretches that are lived. */
  readonly stretches: number[] = []

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
  /** How many violations all threads have found: one number that they share. */
  found: SharedArrayBuffer
  /** ms; later no schedule begins. */
  until: number
}

function counter(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

async function liveAll(file: string, n: number, ends: Ends, tally: Tally, bug?: SeededBug): Promise<Tally> {
  const begun = Date.now() - tally.seconds * 1000
  const size = Math.min(STRETCH, Math.ceil(n / THREADS))
  const starts = Array.from({ length: Math.ceil(n / size) }, (_, at) => SEED + at * size)
  const left = starts.filter((from) => !tally.stretches.includes(from))
  const oneThread = async () => {
    for (let from = left.shift(); from !== undefined && Date.now() < ends.until; from = left.shift()) {
      const work = { from, to: Math.min(from + size, SEED + n), serverBugs: bug?.server ?? [], ...ends }
      const lived = await oneStretch(file, work)
      lived.forEach((one) => tally.add(one))
      tally.seconds = (Date.now() - begun) / 1000
      if (bug || lived.length < work.to - work.from) continue
      tally.stretches.push(from)
      keep(tally, n)
    }
  }
  await Promise.all(Array.from({ length: THREADS }, oneThread))
  return tally
}

function oneStretch(file: string, workerData: object): Promise<Lived[]> {
  return new Promise((resolve, reject) => {
    const lived: Lived[] = []
    const worker = new Worker(file, { workerData })
    worker.on('message', (batch: Lived[]) => lived.push(...batch))
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve(lived) : reject(new Error(`a thread ended with ${String(code)}`))))
  })
}

/** What is lived so far: said, and with --kept written, whole or not at all. */
function keep(tally: Tally, n: number): void {
  process.stderr.write(`\r${String(tally.n)} of ${String(n)}, ${String(tally.violations.length)} violations`)
  if (!values.kept) return
  writeFileSync(`${values.kept}.new`, JSON.stringify({ seed: SEED, ...tally }))
  renameSync(`${values.kept}.new`, values.kept)
}

function begunBefore(): Tally {
  const tally = new Tally()
  if (!values.kept || !existsSync(values.kept)) return tally
  const { seed, ...kept } = JSON.parse(readFileSync(values.kept, 'utf8')) as { seed: number } & Partial<Tally>
  if (seed !== SEED) throw new Error(`${values.kept} is of seed ${String(seed)}`)
  return Object.assign(tally, kept)
}

/** Of traces of a bug, in all threads together. */
const ENOUGH = 1

/** How it was noticed, and how often. */
async function notice(bug: SeededBug): Promise<string> {
  const ends = { untilViolations: ENOUGH, found: counter(), until: Infinity }
  const { n, violations } = await liveAll(await buildWorker(bug), Number(values.bugs), ends, new Tally(), bug)
  const [first] = violations
  if (first === undefined) return ''
  const rate = ((100 * violations.length) / n).toFixed(1)
  return `${String(violations.length)} of ${String(n)} schedules (${rate} %), e.g. ${first.split('\n')[0] ?? ''}`
}

const begun = Date.now()
const until = begun + Number(values.minutes) * 60_000
const ends = { untilViolations: Infinity, found: counter(), until }
const sound = await liveAll(await buildWorker(), Number(values.n), ends, begunBefore())
const bugs: Record<string, string> = {}
for (const bug of BUGS) bugs[bug.name] = await notice(bug)
const missed = Object.keys(bugs).filter((name) => bugs[name] === '')
const result = { ...sound, stretches: sound.stretches.length, bugs }
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 1)}\n`)
process.stdout.write(`${JSON.stringify({ ...result, violations: result.violations.slice(0, 20) }, null, 1)}\n`)
if (sound.violations.length > 0 || missed.length > 0) process.exitCode = 1
