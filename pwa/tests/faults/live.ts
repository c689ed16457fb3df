/** Lives one seed to its end. Everything that counts is decided by the seed. */
import { hash } from 'node:crypto'
import { heal } from './heal'
import { Violation } from './ledger'
import type { ServerBug } from './modelserver'
import { World } from './world'

export interface Lived {
  seed: number
  violation: string | null
  faults: Map<string, number>
  checked: Map<string, number>
  acknowledged: number
  promised: number
}

const STEPS = 30

/** The browser's hash without a trip to a thread pool: otherwise the order of events is not the seed's. */
export function hashAtOnce(): void {
  Object.defineProperty(crypto.subtle, 'digest', {
    configurable: true,
    value: (_name: string, data: ArrayBuffer | Uint8Array) => {
      const view = data instanceof ArrayBuffer ? new Uint8Array(data) : data
      const digest = hash('sha256', view, 'buffer')
      return Promise.resolve(digest.buffer.slice(digest.byteOffset, digest.byteOffset + 32))
    },
  })
}

/** Errors are part of the game, and a trace of each was a seventh of the cost: only a defect is lived again for its trace. */
export async function live(seed: number, serverBugs: ServerBug[] = []): Promise<Lived> {
  const usual = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const world = new World(seed, serverBugs)
    const error = await endOf(world)
    if (error === null || error instanceof Violation) return told(seed, world, error?.message ?? null)
  } finally {
    Error.stackTraceLimit = usual
  }
  const world = new World(seed, serverBugs)
  const error = await endOf(world)
  return told(seed, world, String(error?.stack))
}

/** What ended it before its time; null = it lived to its end. */
async function endOf(world: World): Promise<Error | null> {
  try {
    for (let n = 0; n < STEPS; n += 1) await world.step()
    await heal(world)
    return null
  } catch (error) {
    return error as Error
  }
}

function told(seed: number, { counts, network, ledger }: World, violation: string | null): Lived {
  return {
    seed,
    violation,
    faults: new Map([...counts, ...network.counts]),
    checked: ledger.checked,
    acknowledged: ledger.acknowledged,
    promised: ledger.promised.size,
  }
}
