/** Everything is well again: all that was promised must arrive, once, without anybody's tricks (I12). */
import type { OutboxItem, ReceiptRow } from '@/core/types'
import type { Device, Person, Tab } from './device'
import { itemsOn, Violation } from './ledger'
import { BACKUP_REACH_MS } from './modelserver'
import { isFollower } from './rounds'
import type { World } from './world'

const ROUNDS = 8
/** So many phones have no room left when all the rest is well. */
const FULL = 0.15
const HOURS_7 = 7 * 60 * 60_000

export async function heal(world: World): Promise<void> {
  world.network.weather = 'fair'
  world.server.isStoreIll = false
  world.server.idle()
  const phones = world.devices.flatMap((device) => (['ann', 'bo'] as const).map((person) => ({ device, person })))
  for (const { device, person } of phones) if (world.chance.is(FULL)) await drainFull(world, device, person)
  for (const { device, person } of phones) await drain(world, device, person)
  // A step on another's case waits for that other's phone.
  for (const { device, person } of phones) await finish(world, device, person)
  world.ledger.check()
  for (const [id, { sha256, by, kind }] of world.ledger.promised) {
    if (world.ledger.rotten.has(id)) continue
    world.ledger.count('I12')
    const isThere = world.server.isCommitted(id, sha256) && (kind !== 'photo' || world.server.holds(id, sha256))
    if (!isThere) throw new Violation('I12', `${kind} ${id} of ${by} never arrived`)
  }
}

async function drain(world: World, device: Device, person: Person): Promise<void> {
  mend(world, device, person)
  const [tab] = device.tabs as [Tab]
  for (let n = 0; n < ROUNDS; n += 1) {
    if (n > 0 && itemsOn(device, person).every((item) => isLost(world, item)) && !world.network.hasLate()) break
    await clearShelf(world, device, tab)
    await round(world, device, tab)
  }
}

async function round(world: World, device: Device, tab: Tab): Promise<void> {
  world.pass(HOURS_7)
  while (world.network.hasLate()) world.network.deliverLate()
  await world.run(device, () => world.syncOf(tab))
  world.server.idle()
  world.ledger.check()
}

/** Nothing can be written any more, only deleted: what the server takes and has for good must go all the same. */
async function drainFull(world: World, device: Device, person: Person): Promise<void> {
  mend(world, device, person)
  const [tab] = device.tabs as [Tab]
  device.disks[person].full = 'all'
  world.counts.set('F20_full_to_the_end', (world.counts.get('F20_full_to_the_end') ?? 0) + 1)
  for (let n = 0; n <= ROUNDS; n += 1) await round(world, device, tab)
  const items = itemsOn(device, person)
  const waitFor = new Set(items.filter((item) => needsSomebody(world, device, item)).map((item) => item.hazardId))
  for (const item of items) {
    world.ledger.count('I12')
    const status = world.server.statusOf(person, item.kind, item.itemId, item.sha256)
    const isWaiting = waitFor.has(item.hazardId) // behind a refused report; a late copy of it may have got through
    if (!isWaiting && (status === 'complete' || status === 'unknown')) throw new Violation('I12', `${told(item)} stays on a full phone`)
  }
}

/** Refused, or it will be: that cannot even be noted while there is no room. */
function needsSomebody(world: World, device: Device, item: OutboxItem): boolean {
  const { kind, itemId, hazardId, personId } = item
  const isOrphan = isFollower(kind) && !world.server.rowOf(hazardId)
  const isBlind = kind === 'photo' && !device.disks[personId as Person].read('bytes', itemId)
  const status = world.server.statusOf(personId, kind, itemId, item.sha256)
  return item.isRefused || isOrphan || isBlind || status === 'differs' || world.ledger.rotten.has(itemId)
}

async function finish(world: World, device: Device, person: Person): Promise<void> {
  await drain(world, device, person)
  const [tab] = device.tabs as [Tab]
  const stuck = itemsOn(device, person).filter((item) => !isLost(world, item))
  if (stuck[0]) throw new Violation('I12', `${told(stuck[0])} does not drain`)
  world.pass(BACKUP_REACH_MS + HOURS_7)
  await world.run(device, () => world.syncOf(tab))
  checkProof(world, device, person)
  checkCopy(world, device, person)
  checkTasks(world, device, person)
}

function mend(world: World, device: Device, person: Person): void {
  world.skew = 0
  device.process.kill()
  device.cookie = person
  device.present = person
  for (const disk of Object.values(device.disks)) {
    disk.full = 'no'
    disk.writesLeft = null
    disk.blinks = 0
  }
  device.start()
}

/** A picture that the flash has eaten stays red in the list; so does what cannot be without it. */
function isLost(world: World, item: OutboxItem): boolean {
  return item.isRefused && world.ledger.rotten.has(item.itemId)
}

async function clearShelf(world: World, device: Device, tab: Tab): Promise<void> {
  for (const item of itemsOn(device, tab.person)) {
    if (!item.isRefused || isLost(world, item)) continue
    if (item.problem?.code === 'photo_missing' && isElsewhere(world, device, item)) {
      await world.run(device, () => tab.outbox.discard(item.seq))
    } else if (item.problem?.code === 'same_id_other_content' && item.draft) {
      await world.takeBack(tab, async () => world.change(tab, await tab.outbox.edit(item.seq)), device)
    } else if (item.problem?.code === 'not_found' && !isKnown(world, item.hazardId)) {
      await world.takeBack(tab, () => tab.outbox.discard(item.seq), device)
    } else {
      await world.run(device, () => tab.outbox.retry(item.seq))
    }
  }
}

/** A rescue file was written while the picture could not be read: the first phone has it, and sends it. */
function isElsewhere(world: World, device: Device, item: OutboxItem): boolean {
  return world.devices[0] !== device && device.disks[item.personId as Person].read('photos', item.itemId) === undefined
}

/** Somebody still has the case, or will send it again. */
function isKnown(world: World, hazardId: string): boolean {
  const people = ['ann', 'bo'] as const
  return world.server.rowOf(hazardId) !== undefined || people.some((by) => world.ledger.isHeld(hazardId, by))
}

/** Behind its receipt nothing waits for ever: all is complete, and its bytes have gone. */
function checkProof(world: World, device: Device, person: Person): void {
  const disk = device.disks[person]
  for (const [, row] of disk.all('receipts')) {
    const { itemId, isComplete, kind, item } = row as unknown as ReceiptRow
    world.ledger.count('I12')
    if (!isComplete && !waitsForever(world, item)) throw new Violation('I12', `${kind} ${itemId} never became complete`)
    if (isComplete && disk.read('bytes', itemId)) throw new Violation('I12', `the bytes of ${itemId} never went`)
  }
  for (const [, row] of disk.all('photos')) {
    const id = String(row['id'])
    const isQueuedForEver = row['state'] === 'received' && !disk.read('receipts', id)
    if (isQueuedForEver) throw new Violation('I12', `the bytes of ${id} are kept for ever, without a receipt`)
  }
}

/** Its manifest names a picture that was eaten, or taken out by the person. */
function waitsForever(world: World, item: OutboxItem | null): boolean {
  const { photos } = JSON.parse(item?.body ?? '{}') as { photos?: { photo_id: string }[] }
  return (photos ?? []).some(({ photo_id }) => world.ledger.rotten.has(photo_id) || world.ledger.takenBack.has(photo_id))
}

/** The phone's list of the day is the server's, task for task. */
function checkTasks(world: World, device: Device, person: Person): void {
  world.ledger.count('tasks')
  const here = [...device.disks[person].all('tasks')].map(([id]) => String(id)).sort()
  const there = world.server.tasks(person).tasks.map(({ id }) => id).sort()
  if (here.join() !== there.join()) throw new Violation('tasks', `${here.join()} on the phone, not ${there.join()}`)
}

/** The phone's copy of the cases is the server's, number for number. */
function checkCopy(world: World, device: Device, person: Person): void {
  for (const [id, version] of world.server.books.versions) {
    world.ledger.count('pull')
    const row = device.disks[person].read('hazards', id)
    if (row?.['version'] !== version) throw new Violation('pull', `case ${id} is version ${String(row?.['version'])}, not ${String(version)}`)
  }
}

function told(item: OutboxItem): string {
  const { kind, itemId, isRefused, problem, lastError, holdUntil, notBefore, retryAfterUntil } = item
  return JSON.stringify({ kind, itemId, isRefused, code: problem?.code, lastError, holdUntil, notBefore, retryAfterUntil })
}
