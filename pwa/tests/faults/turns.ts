/**
 * Who goes on next. Every await of the production code that reaches the outside (database, network,
 * lock) asks for a turn; chance gives it, and at one of them the browser may be killed: the turn never
 * comes, and nothing of that process runs again.
 */
import type { Chance } from './chance'

/** A browser with its tabs: dies as one. */
export class Process {
  isAlive = true
  /** Turns until the kill; null = none is planned. */
  fuse: number | null = null
  private die: () => void = () => undefined
  readonly death = new Promise<void>((resolve) => (this.die = resolve))

  constructor(
    private readonly turns: Turns,
    private readonly onDeath: () => void,
  ) {}

  /** null = goes on at once: a promise for every turn was a good part of the cost of a schedule. */
  turn(): Promise<void> | null {
    if (!this.isAlive) return never()
    if (this.fuse !== null) {
      this.fuse -= 1
      if (this.fuse < 0) {
        this.kill()
        return never()
      }
    }
    return this.turns.next(this)
  }

  kill(): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.onDeath()
    this.die()
  }
}

/** A new one each time: one for all would keep alive whatever has ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => undefined)
}

interface Waiting {
  process: Process
  go(): void
}

/** The last work is let through at once, and some of it (files, blobs) needs a little real time. */
const MOST_IDLE = 10_000

export class Turns {
  private waiting: Waiting[] = []
  private running = 0

  constructor(private readonly chance: Chance) {}

  next(process: Process): Promise<void> | null {
    if (this.running < 2) return null
    return new Promise((go) => this.waiting.push({ process, go }))
  }

  /** Runs the works side by side until all have ended, or their browser is dead. */
  async together(process: Process, works: (() => Promise<unknown>)[]): Promise<void> {
    this.running = works.length
    let open = works.length
    const all = Promise.all(
      works.map((work) =>
        work().finally(() => {
          open -= 1
          if (process.isAlive) this.running = Math.max(1, open)
        }),
      ),
    )
    const ended = Promise.race([all, process.death])
    if (works.length > 1) await this.pump(process, () => open === 0)
    await ended
    this.running = 0
    this.waiting = []
  }

  private async pump(process: Process, isOver: () => boolean): Promise<void> {
    let idle = 0
    while (process.isAlive && !isOver()) {
      await everybodyWaits(idle > 0)
      idle = this.waiting.length === 0 ? idle + 1 : 0
      if (idle > MOST_IDLE) throw new Error('everybody waits for everybody')
      const at = this.chance.below(Math.max(1, this.waiting.length))
      this.waiting.splice(at, 1)[0]?.go()
    }
  }
}

/** Every promise that can go on by itself has done so: Node asks for its ticks when no other promise is left. */
function everybodyWaits(needsRealTime: boolean): Promise<void> {
  return new Promise((done) => (needsRealTime ? setImmediate(done) : process.nextTick(done)))
}
