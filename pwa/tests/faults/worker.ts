/** A thread: lives the seeds it is given and tells what it saw. */
import { parentPort, workerData } from 'node:worker_threads'
import { hashAtOnce, live, type Lived } from './live'
import type { ServerBug } from './modelserver'

interface Work {
  from: number
  to: number
  serverBugs: ServerBug[]
  /** A seeded bug needs no more than its first traces. */
  untilViolations: number
  found: SharedArrayBuffer
  until: number
}

const { from, to, serverBugs, untilViolations, until, ...shared } = workerData as Work
const found = new Int32Array(shared.found)
const REPORT_EVERY = 50

hashAtOnce()
let batch: Lived[] = []
for (let seed = from; seed < to && Atomics.load(found, 0) < untilViolations && Date.now() < until; seed += 1) {
  const lived = await live(seed, serverBugs)
  if (lived.violation !== null) Atomics.add(found, 0, 1)
  batch.push(lived)
  if (batch.length < REPORT_EVERY) continue
  parentPort?.postMessage(batch)
  batch = []
}
parentPort?.postMessage(batch)
