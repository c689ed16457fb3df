import { describe, expect, it } from 'vitest'
import { guessed, leftOut, readOutlines } from '@/desk/logic/outlineFile'
import type { OutlineRow } from '@/contract'

const file = (properties: object[], more: object = {}): string =>
  `\uFEFF${JSON.stringify({ type: 'FeatureCollection', features: properties.map((one) => ({ type: 'Feature', properties: one, geometry: null })), ...more })}`

describe('a file of outlines in the browser', () => {
  it('offers the properties that hold words or numbers, each with a sample', () => {
    const found = readOutlines(file([{ 名称: '', 面积: null }, { 名称: '一村', 编码: 370405001, 洞: [] }]))
    expect(found?.properties).toEqual([{ name: '名称', sample: '一村' }, { name: '编码', sample: '370405001' }])
  })
  it.each([['PK'], ['{}'], ['null'], ['{"features":[]}'], ['[1]']])('is none: %s', (text) => {
    expect(readOutlines(text)).toBeNull()
  })
  it.each([
    ['urn:ogc:def:crs:EPSG::4490', 'cgcs2000'],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 'wgs84'],
    ['EPSG:3857', ''],
  ])('takes the coordinates that it names: %s', (name, crs) => {
    expect(readOutlines(file([{ a: 1 }], { crs: { type: 'name', properties: { name } } }))?.crs).toBe(crs)
  })
  it('names no coordinates of its own', () => {
    expect(readOutlines(file([{ a: 1 }]))?.crs).toBe('')
  })
  it.each([
    [{ 序号: 1, 村名: '一村', 代码: '370405100201001' }, { match: 'code', named_by: '代码' }],
    [{ 序号: 1, 村名: '一村' }, { match: 'name', named_by: '村名' }],
    [{ 序号: 1 }, { match: 'name', named_by: '序号' }],
  ])('guesses how grids are known', (one, expected) => {
    const found = readOutlines(file([one]))
    expect(found && guessed(found)).toEqual(expected)
  })
  it('gives back what was left out, with the reason beside what stood there', () => {
    const found = readOutlines(file([{ a: 1 }, { a: 2 }]))
    const rows = [{ n: 2 }] as OutlineRow[]
    const back = found && (JSON.parse(leftOut(found, rows, '原因', () => '没有找到')) as { features: { properties: object }[] })
    expect(back?.features.map((one) => one.properties)).toEqual([{ a: 2, 原因: '没有找到' }])
  })
})
