/**
 * A phone on a lossy line: makes reports, sends them, is killed on the way, and must drain once the line is
 * calm. Says on stdout, a JSON line each, what was promised and what was acknowledged. Built and started by
 * tests/faults/test_l2_wire.py.
 */
import { sha256Hex } from '@/core/hash'
import { say, WirePhone, type Wire } from './wire'

interface Order extends Wire {
  seed: number
  schedules: number
  reports: number
  photos: number
  photoBytes: number
  /** Rounds with faults before the line is calm; 0 = it never is. */
  rough: number
}

const order = JSON.parse(process.argv[3] ?? '{}') as Order

async function promise(phone: WirePhone, n: number): Promise<void> {
  const note = `#${String(phone.seed)}.${String(n)}#`
  for (const { itemId, kind, sha256, size } of await phone.report(note, order.photos, order.photoBytes)) {
    say({ promised: itemId, kind, sha256, size, note })
  }
}

/** A round of sending; now and then the process dies in the middle of it. */
async function round(phone: WirePhone): Promise<void> {
  for (const item of await phone.outbox.items()) if (item.isRefused) await phone.outbox.retry(item.seq)
  const sending = phone.outbox.flush(true)
  const isKilled = !phone.isCalm && phone.chance.is(0.2)
  if (!isKilled) return void (await sending)
  await new Promise((done) => setTimeout(done, phone.chance.below(60)))
  phone.outbox = phone.opened()
}

async function live(seed: number): Promise<void> {
  const phone = new WirePhone(order, seed)
  for (let n = 0; n < order.reports; n += 1) await promise(phone, n)
  for (let n = 0; n < 60 && (await phone.outbox.counts()).oldestAt !== null; n += 1) {
    phone.isCalm = order.rough > 0 && n >= order.rough
    phone.at += 3_700_000
    await round(phone)
  }
  for (const { itemId, kind, sha256, receipt } of await phone.db.receipts.toArray()) say({ acknowledged: itemId, kind, sha256, receipt })
  for (const { itemId, kind, lastError, problem } of await phone.outbox.items()) say({ stuck: itemId, kind, lastError, problem })
  phone.db.close()
}

await sha256Hex('warm')
for (let n = 0; n < order.schedules; n += 1) await live(order.seed + n)
