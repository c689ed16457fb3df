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
  until: number
}

const { from, to, serverBugs, untilViolations, until } = workerData as Work
const REPORT_EVERY = 50

hashAtOnce()
let found = 0
let batch: Lived[] = []
for (let seed = from; seed < to && found < untilViolations && Date.now() < until; seed += 1) {
  const lived = await live(seed, serverBugs)
  if (lived.violation !== null) found += 1
  batch.push(lived)
  if (batch.length < REPORT_EVERY) continue
  parentPort?.postMessage(batch)
  batch = []
}
parentPort?.postMessage(batch)
