import { describe, expect, it } from 'vitest'
import type { LedgerField } from '@/contract'
import { bodyOf, formOf, inOrder, moved } from '@/desk/logic/ownFields'

const column = (key: string, position: number, more: Partial<LedgerField> = {}): LedgerField => ({ key, name: key, kind: 'text', options: [], position, is_active: true, ...more })
const GAS = column('gas', 4, { kind: 'choice', options: ['管道气', '瓶装气'], is_active: false })

describe("the county's own columns", () => {
  it('go back as they came: in their place, on or off', () => {
    const { key: _, ...body } = GAS
    expect(bodyOf(formOf(GAS), [column('a', 1), GAS])).toEqual(body)
  })

  it('stand last when they are new, under a key that the server takes', () => {
    const form = { ...formOf(), name: ' 安全投入 ' }
    expect(form.key).toMatch(/^[a-z][a-z0-9_]{0,39}$/)
    expect(formOf().key).not.toBe(form.key)
    expect(bodyOf(form, [GAS, column('a', 1)])).toEqual({ name: '安全投入', kind: 'text', options: [], position: 5, is_active: true })
    expect(bodyOf(form, []).position).toBe(0)
  })

  it('offer each choice once, and none where there is nothing to choose', () => {
    const form = { ...formOf(GAS), options: ' 管道气 \n\n瓶装气\n管道气' }
    expect(bodyOf(form, [GAS]).options).toEqual(['管道气', '瓶装气'])
    expect(bodyOf({ ...form, kind: 'text' }, [GAS]).options).toEqual([])
  })

  it('change places, also where all stand at the same number', () => {
    const same = ['a', 'b', 'c'].map((key) => column(key, 0))
    const changed = moved(same, 'c', -1)
    expect(changed.map(({ key, position }) => [key, position])).toEqual([['c', 1], ['b', 2]])
    const now = same.map((one) => changed.find(({ key }) => key === one.key) ?? one)
    expect(inOrder(now).map(({ key }) => key)).toEqual(['a', 'c', 'b'])
  })

  it('send nothing for a step over the edge', () => {
    expect(moved([column('a', 0), column('b', 1)], 'a', -1)).toEqual([])
    expect(moved([column('a', 0), column('b', 1)], 'b', 1)).toEqual([])
  })
})
