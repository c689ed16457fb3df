// @vitest-environment happy-dom
import '@/words/desk'
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import DateInput from '@/ui/DateInput.vue'
import { startWords } from '@/words'

// Style sheets are nothing that node could load.
vi.mock('element-plus/es/components/date-picker/style/css', () => ({}))
vi.mock('element-plus/es/components/select/style/css', () => ({}))

/** What the calendar is told. */
interface Told {
  defaultTime: Date
  disabledDate(day: Date): boolean
}
const NOON = new Date(2026, 10, 26, 12, 10)
const day = (n: number): Date => new Date(2026, 10, n)
async function told(props: { isPastOff?: boolean; isFutureOff?: boolean }): Promise<Told> {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
  await startWords()
  const field = mount(DateInput, { props: { label: '时间', kind: 'datetime', modelValue: '', ...props } })
  return field.findComponent({ name: 'ElDatePicker' }).props() as Told
}
afterEach(() => vi.useRealTimers())

describe('the calendar', () => {
  it('offers the time of now for what has happened, and no day ahead', async () => {
    const { defaultTime, disabledDate } = await told({ isFutureOff: true })
    expect(Math.abs(defaultTime.getTime() - NOON.getTime())).toBeLessThan(60_000)
    expect([25, 26, 27].map((n) => disabledDate(day(n)))).toEqual([false, false, true])
  })
  it('offers the end of a working day for a deadline, and no day behind', async () => {
    const { defaultTime, disabledDate } = await told({ isPastOff: true })
    expect(defaultTime.getHours()).toBe(18)
    expect([24, 26, 27].map((n) => disabledDate(day(n)))).toEqual([true, false, false])
  })
})
