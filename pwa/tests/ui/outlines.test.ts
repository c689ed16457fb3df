import { describe, expect, it } from 'vitest'
import { added, between, cornerAt, crossingsOf, geometryOf, type Ground, groundOf, middlesOf, moved, type Ring, snapped, spotsOf, taken } from '@/ui/outlines'
import { back, begin, forth, go } from '@/desk/logic/steps'

const SQUARE: Ring = [[0, 0], [4, 0], [4, 4], [0, 4]]
const HOLE: Ring = [[1, 1], [2, 1], [2, 2]]
const at = (corner: number, ring = 0, part = 0) => ({ part, ring, corner })

describe('an outline that is drawn', () => {
  it('is nothing before it has three corners, and closes itself', () => {
    let ground: Ground = []
    for (const [n, corner] of SQUARE.entries()) {
      expect(geometryOf(ground)).toEqual(n < 3 ? null : expect.objectContaining({ type: 'Polygon' }))
      ground = added(ground, at(n), corner)
    }
    expect(geometryOf(ground)).toEqual({ type: 'Polygon', coordinates: [[...SQUARE, SQUARE[0]]] })
    expect(groundOf(geometryOf(ground))).toEqual([[SQUARE]])
  })
  it('keeps parts and holes when one corner moves', () => {
    const ground: Ground = [[SQUARE, HOLE], [[[6, 6], [7, 6], [7, 7]]]]
    const next = moved(ground, at(1, 1), [2.123456789, 1])
    expect(groundOf(geometryOf(next))).toEqual(next)
    expect(cornerAt(next, at(1, 1))).toEqual([2.1234568, 1])
    expect(next[0]?.[0]).toBe(ground[0]?.[0])
    expect(spotsOf(next)).toHaveLength(10)
  })
  it('puts a corner into the middle of a side, the last one too', () => {
    const [first, , , last] = middlesOf([[SQUARE]])
    expect(added([[SQUARE]], first!.at, first!.corner)[0]?.[0]?.slice(0, 3)).toEqual([[0, 0], [2, 0], [4, 0]])
    expect(added([[SQUARE]], last!.at, last!.corner)[0]?.[0]?.slice(3)).toEqual([[0, 4], [0, 2]])
  })
  it('loses a hole or a part with its third corner, and never all of itself', () => {
    expect(taken([[SQUARE, HOLE]], at(0, 1))).toEqual([[SQUARE]])
    expect(taken([[SQUARE], [HOLE]], at(0, 0, 1))).toEqual([[SQUARE]])
    expect(taken([[HOLE]], at(0))).toEqual([[[[2, 1], [2, 2]]]])
  })
  it('tells where it crosses itself, and not where its sides only meet', () => {
    expect(crossingsOf([[SQUARE, HOLE]])).toEqual([])
    expect(crossingsOf([[[[0, 0], [4, 4], [4, 0], [0, 4]]]])).toEqual([[2, 2]])
  })
  it('is drawn onto a corner of its neighbour before a side, and onto nothing far away', () => {
    expect(snapped([4.05, 0.05], [SQUARE], [100, 100], 10)).toEqual([4, 0])
    expect(snapped([4.05, 2], [SQUARE], [100, 100], 10)).toEqual([4, 2])
    expect(snapped([4.5, 2], [SQUARE], [100, 100], 10)).toEqual([4.5, 2])
  })
  it('follows the shorter way along a neighbour', () => {
    const winding: Ring = [[0, 0], [1, 1], [2, 0], [3, 1], [4, 0], [4, -9]]
    expect(between([0, 0], [4, 0], [SQUARE.slice(0, 1), winding])).toEqual([[4, -9]])
    expect(between([3, 1], [1, 1], [winding])).toEqual([[2, 0]])
    expect(between([0, 0], [9, 9], [winding])).toEqual([])
  })
})

describe('steps', () => {
  it('go back, forth, and forget what was taken back once something else is done', () => {
    let steps = go(go(begin(1), 2), 3)
    steps = back(back(back(steps)))
    expect([steps.now, steps.ahead]).toEqual([1, [2, 3]])
    expect(forth(forth(forth(steps))).now).toBe(3)
    expect(go(steps, 9).ahead).toEqual([])
  })
})
