/** A thread: lives the seeds it is given and tells what it saw. */
import { parentPort, workerData } from 'node:worker_threads'
import { hashAtOnce, live, type Lived } from './live'
import type { ServerBug } from './modelserver'

interface Work {
  /** The seed of schedule number 0. */
  seed: number
  /** The first schedule that is none of this run. */
  to: number
  /** The next schedule that nobody has begun: one number that all threads share, so that no schedule is left out or lived twice. */
  next: SharedArrayBuffer
  /** How many schedules this thread lives at most. */
  most: number
  serverBugs: ServerBug[]
  /** A seeded bug needs no more than its first traces. */
  untilViolations: number
  found: SharedArrayBuffer
  /** ms; later no schedule begins. */
  until: number
}

const { seed, to, most, serverBugs, untilViolations, until, ...shared } = workerData as Work
const found = new Int32Array(shared.found)
const next = new Int32Array(shared.next)
const REPORT_EVERY = 50

/** Whoever has taken a schedule lives it to its end. */
function take(): number | null {
  if (Atomics.load(found, 0) >= untilViolations || Date.now() >= until) return null
  const taken = Atomics.add(next, 0, 1)
  return taken < to ? taken : null
}

hashAtOnce()
let batch: Lived[] = []
for (let left = most; left > 0; left -= 1) {
  const taken = take()
  if (taken === null) break
  const lived = await live(seed + taken, serverBugs)
  if (lived.violation !== null) Atomics.add(found, 0, 1)
  batch.push(lived)
  if (batch.length < REPORT_EVERY) continue
  parentPort?.postMessage(batch)
  batch = []
}
parentPort?.postMessage(batch)
