/** One schedule: people, phones, a network, a server, and what befalls them, all from one seed. */
import type { Person } from './device'
import type { Weather } from './network'
import { Witnesses } from './scenes'

const DAY_MS = 24 * 60 * 60_000
const STEPS: Record<string, number> = {
  report: 8,
  fix: 2,
  act: 3,
  visit: 3,
  delay: 1,
  accident: 2,
  collect: 1,
  errand: 1,
  appeal: 0.5,
  flush: 12,
  sync: 5,
  bustle: 5,
  wait: 8,
  weather: 5,
  F15_kill: 5,
  F4_deliver: 2,
  withdraw: 2,
  shelf: 4,
  draft: 2,
  F23_other_person: 2,
  F18_taken_over: 1,
  F20_quota: 2,
  F21_connection_dropped: 2,
  F22_picture_unseen: 2,
  F22_picture_rotten: 0.4,
  F24_clock: 1.5,
  F25_power_loss: 1,
  F40_store_ill: 0.7,
  F48_restore: 1,
  F26_server_crash: 1,
  rescue: 0.3,
}

export class World extends Witnesses {
  readonly counts = new Map<string, number>()

  async step(): Promise<void> {
    const name = this.chance.weighed(STEPS)
    if (/^F\d/.test(name)) this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    const step = (this as unknown as Record<string, () => Promise<void> | void>)[name]
    await step?.call(this)
    this.ledger.check()
  }

  weather(): void {
    const kinds: Weather[] = ['fair', 'fair', 'rain', 'rain', 'rain', 'storm', 'portal', 'dead']
    this.network.weather = this.chance.pick(kinds)
  }

  F15_kill(): void {
    this.device.process.fuse = this.chance.below(60)
  }

  F4_deliver(): void {
    this.network.deliverLate()
  }

  /** Orderly: what is on the wire is cut off, the pages are opened anew; one may stay behind. */
  F23_other_person(): void {
    const { device } = this
    for (const tab of device.tabs) tab.outbox.cutOff()
    device.cookie = this.chance.pick<Person | null>(['ann', 'ann', 'bo', null])
    if (device.cookie) device.present = device.cookie
    const stale = this.chance.is(0.3) ? device.tabs[0] : undefined
    if (stale) return
    device.process.kill()
    device.start()
  }

  /** Somebody signs in while a frozen page of another has an upload under way. */
  async F18_taken_over(): Promise<void> {
    const { device, chance } = this
    await this.run(
      device,
      () => device.tabs[0]?.outbox.flush() ?? Promise.resolve(),
      async () => {
        for (let n = chance.below(20); n > 0; n -= 1) await device.process.turn()
        device.cookie = chance.pick<Person | null>(['ann', 'bo', null])
      },
    )
  }

  F20_quota(): void {
    for (const disk of Object.values(this.device.disks)) {
      disk.full = this.chance.pick(['no', 'no', 'pictures', 'all'])
      disk.writesLeft = this.chance.is(0.3) ? this.chance.below(9) : null
    }
  }

  F21_connection_dropped(): void {
    this.chance.pick(this.device.tabs).connection.close()
  }

  F22_picture_unseen(): void {
    for (const disk of Object.values(this.device.disks)) disk.blinks = 1 + this.chance.below(2)
  }

  F22_picture_rotten(): void {
    const disk = this.device.disks[this.device.present]
    const ids = [...disk.all('bytes')].map(([id]) => String(id))
    if (ids.length === 0) return
    const id = this.chance.pick(ids)
    this.ledger.rotten.add(id)
    const isGone = this.chance.is(0.5)
    disk.corrupt('bytes', id, (row) => (isGone ? undefined : { ...row, bytes: new ArrayBuffer(3) }))
  }

  F24_clock(): void {
    this.skew = this.chance.pick([0, 0, 1, -1]) * this.chance.below(400) * DAY_MS
  }

  F25_power_loss(): void {
    this.device.process.kill()
    for (const disk of Object.values(this.device.disks)) disk.losePower()
    this.device.start()
  }

  F40_store_ill(): void {
    this.server.isStoreIll = !this.server.isStoreIll
  }

  F48_restore(): void {
    if (this.chance.is(0.5)) this.server.restore()
  }

  F26_server_crash(): void {
    if (this.chance.is(0.7)) this.server.idle()
    else this.server.crash()
  }
}
