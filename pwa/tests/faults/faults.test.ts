/** A few schedules with every change; thousands with `make faults` (run.ts). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { BUGS } from './bugs'
import { hashAtOnce, live } from './live'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))
const SEEDS = Number(process.env['SCHEDULES'] ?? 150)

describe('a phone among faults', () => {
  beforeAll(hashAtOnce)

  it(`loses, doubles and mixes up nothing in ${String(SEEDS)} schedules`, { timeout: 600_000 }, async () => {
    const violations: string[] = []
    let acknowledged = 0
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const lived = await live(seed)
      acknowledged += lived.acknowledged
      if (lived.violation !== null) violations.push(`seed ${String(seed)}: ${lived.violation}`)
    }
    expect(violations).toEqual([])
    expect(acknowledged).toBeGreaterThan(SEEDS)
  })

  it.each(BUGS.flatMap(({ name, phone = [] }) => phone.map((change) => ({ name, ...change }))))(
    "could have the mistake '$name'",
    ({ file, from }) => {
      expect(readFileSync(join(SRC, file), 'utf8').split(from)).toHaveLength(2)
    },
  )

  it('lives the same seed the same way', { timeout: 60_000 }, async () => {
    const [once, again] = [await live(7), await live(7)]
    expect(again).toEqual(once)
  })
})
