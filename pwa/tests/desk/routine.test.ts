import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { standingWords } from '@/desk/routine/standing'
import { dueDay } from '@/ui/duties'
import { t } from '@/words'
import '@/words/desk'

const january = { standing: 'due', due_on: '2026-01-30', end: '2026-01-31' } as const
const on = (day: string): unknown => vi.setSystemTime(new Date(`${day}T10:00:00+08:00`))

describe('by which day something is asked for', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('is the last working day, and over the free days after it the last of the period', () => {
    on('2026-01-29')
    expect(dueDay(january)).toBe('2026-01-30')
    expect(standingWords(january, t, 'zh')).toBe('1月30日前')
    on('2026-01-30')
    expect(standingWords(january, t, 'zh')).toBe('今天到期')
    on('2026-01-31')
    expect(dueDay(january)).toBe('2026-01-31')
    expect(standingWords(january, t, 'zh')).toBe('今天到期')
  })

  it('is late from the end of the period on', () => {
    on('2026-02-03')
    expect(standingWords({ ...january, standing: 'late' }, t, 'zh')).toBe('过期 3 天')
  })
})
