/** Names and the sum of what they weigh: the tables are few, and asked for every step and every request. */
const sums = new WeakMap<object, { names: string[]; sum: number }>()

/** All chance of a schedule comes from its seed (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  readonly random = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  is(probability: number): boolean {
    return this.random() < probability
  }

  below(n: number): number {
    return Math.floor(this.random() * n)
  }

  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T
  }

  /** One of the keys, each as often as its weight says. */
  weighed<K extends string>(weights: Record<K, number>): K {
    const { names, sum } = summedUp(weights)
    let at = this.random() * sum
    for (const name of names) {
      at -= weights[name]
      if (at < 0) return name
    }
    return names.at(-1) as K
  }
}

function summedUp<K extends string>(weights: Record<K, number>): { names: K[]; sum: number } {
  const known = sums.get(weights)
  if (known) return known as { names: K[]; sum: number }
  const names = Object.keys(weights) as K[]
  const found = { names, sum: names.reduce((sum, name) => sum + weights[name], 0) }
  sums.set(weights, found)
  return found
}
