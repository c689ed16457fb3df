/**
 * Phones that live for days and do as they are told: a JSON line in, a JSON line out. They outlive what
 * happens to the server meanwhile. Built and started by tests/faults/l5/phones.py.
 */
import { createInterface } from 'node:readline'
import type { OutboxItem } from '@/core/types'
import { say, WirePhone, type Wire } from './wire'

interface Order {
  seed: number
  photoBytes: number
  phones: Wire[]
}

interface Command {
  phone: number
  do: keyof typeof DEEDS
  note?: string
  photos?: number
  minutes?: number
}

const order = JSON.parse(process.argv[3] ?? '{}') as Order
const phones = order.phones.map((wire, n) => new WirePhone(wire, order.seed + n))
const DEEDS = { report, sync, look }

/** A report, and every second time a word more to the same case. */
async function report(phone: WirePhone, { note = '', photos = 0 }: Command): Promise<object> {
  const items = await phone.report(note, photos, order.photoBytes)
  const [lead] = items
  const more = lead && phone.chance.is(0.5) ? await phone.comment(lead.hazardId, `${note}补充`) : []
  return { promised: [...items, ...more].map(named) }
}

/** As triggers.ts does it. */
async function sync(phone: WirePhone, { minutes = 60 }: Command): Promise<object> {
  phone.at += minutes * 60_000
  const sent = await phone.outbox.flush()
  const { isDone } = await phone.pull.pull()
  const isTold = await phone.reconcile.reconcile()
  return { ...sent, isDone, isTold, waiting: (await phone.outbox.items()).length }
}

/** What lies in it. `isHeld`: it can be sent again. */
async function look({ db }: WirePhone): Promise<object> {
  const [outbox, receipts, hazards] = [await db.outbox.toArray(), await db.receipts.toArray(), await db.hazards.toArray()]
  return {
    outbox: outbox.map(named),
    receipts: receipts.map(({ itemId, kind, sha256, receipt, isComplete, item }) => ({ id: itemId, kind, sha256, receipt, isComplete, isHeld: item !== null })),
    bytes: await db.bytes.toCollection().primaryKeys(),
    hazards: Object.fromEntries(hazards.map(({ id, version }) => [id, version])),
    cursor: (await db.meta.get('cursor'))?.value ?? '',
  }
}

function named({ itemId, kind, sha256, size, problem }: OutboxItem): object {
  return { id: itemId, kind, sha256, size, problem: problem?.code ?? null }
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command
  const phone = phones[command.phone]
  if (!phone) throw new Error(`there is no phone ${String(command.phone)}`)
  say(await DEEDS[command.do](phone, command))
}
