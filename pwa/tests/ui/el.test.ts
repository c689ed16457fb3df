// @vitest-environment happy-dom
import { expect, it } from 'vitest'

/** A page that comes to one of them after its test has ended would fail the whole run (vitest.config.ts). */
it('loads the controls of the desk with their style sheets', async () => {
  const controls = await import('@/ui/el')
  expect(Object.values(controls).every(Boolean)).toBe(true)
})
