/**
 * T8: so many days without a signal, a program closed and opened anew in between; then everything arrives, once.
 * Built and started by tests/faults/test_l1_schedules.py.
 */
import { heal } from './heal'
import { hashAtOnce } from './live'
import { Violation } from './ledger'
import { say } from './wire'
import { World } from './world'

interface Order {
  seed: number
  days: number
  reports: number
  photos: number
}

const DAY_MS = 24 * 60 * 60_000
const order = JSON.parse(process.argv[3] ?? '{}') as Order

async function monthsAway({ seed, days, reports, photos }: Order): Promise<World> {
  const world = new World(seed)
  world.network.weather = 'dead'
  for (let n = 0; n < reports; n += 1) {
    await world.reportWith(photos)
    world.pass((days * DAY_MS) / reports)
    await world.flush()
    if (n % Math.ceil(reports / 3) === 0) world.reopen(world.device)
    if (n % 10 === 0) world.ledger.check()
  }
  await heal(world)
  return world
}

hashAtOnce()
try {
  const { ledger, server } = await monthsAway(order)
  say({ violation: null, promised: ledger.promised.size, arrived: server.books.rows.size, checked: Object.fromEntries(ledger.checked) })
} catch (error) {
  if (!(error instanceof Violation)) throw error
  say({ violation: error.message, promised: 0, arrived: 0, checked: {} })
}
