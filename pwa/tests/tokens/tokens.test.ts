import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { css, read, ts } from '@/tokens/build.mjs'

type Pair = [text: string, under: string, least: number]
interface Tokens {
  themes: Record<string, Record<string, string>>
  fixed: Record<string, string>
  pairs: { body: Pair[]; edges: Pair[] }
}
const tokens = read() as Tokens
const text = (name: string): string => readFileSync(new URL(`../../src/tokens/${name}`, import.meta.url), 'utf8')

function luminance(hex: string): number {
  const part = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each(Object.keys(tokens.themes))('theme %s', (theme) => {
  const colours = { ...tokens.fixed, ...tokens.themes[theme] }

  it('has the same colours as the others', () => {
    expect(Object.keys(tokens.themes[theme]!).sort()).toEqual(Object.keys(tokens.themes['light']!).sort())
  })

  it('keeps every text readable and every edge visible', () => {
    const weak = [...tokens.pairs.body, ...tokens.pairs.edges].filter(
      ([a, b, least]) => contrast(colours[a]!, colours[b]!) < least,
    )
    expect(weak).toEqual([])
  })

  it('asks at least 4.5 of text, 3 of edges, and 7 of body text', () => {
    expect(tokens.pairs.body.filter(([, , least]) => least < 4.5)).toEqual([])
    expect(tokens.pairs.edges.filter(([, , least]) => least < 3)).toEqual([])
    expect(tokens.pairs.body).toContainEqual(['ink', 'page', 7])
  })

  it('names a pair for every colour that text is written in', () => {
    const written = Object.keys(tokens.themes[theme]!).filter((name) => name.startsWith('on-') || name.endsWith('-tint'))
    const paired = new Set(tokens.pairs.body.flatMap(([a, b]) => [a, b]))
    expect(written.filter((name) => !paired.has(name))).toEqual([])
  })
})

it('a known contrast comes out as published', () => {
  expect(contrast('#16202C', '#F4F6F9')).toBeCloseTo(15.2, 1)
})

it('the generated files are fresh', () => {
  expect(text('tokens.css')).toBe(css(tokens))
  expect(text('tokens.ts')).toBe(ts(tokens))
})

it('no style uses a token that does not exist', () => {
  const known = new Set([...text('tokens.css').matchAll(/--([\w-]+):/g)].map((found) => found[1]))
  const own = new Set(['text-scale', 'toast-above', 'option', 'compare-ratio'])
  const styles = import.meta.glob<string>(['../../src/{ui,field}/**/*.{vue,css}', '!**/el.css'], { query: '?raw', import: 'default', eager: true })
  const unknown = Object.entries(styles).flatMap(([name, style]) =>
    [...style.matchAll(/var\(--([\w-]+)/g)]
      .map((found) => found[1]!)
      .filter((token) => !known.has(token) && !own.has(token) && !token.startsWith('el-'))
      .map((token) => `${name}: ${token}`),
  )
  expect(unknown).toEqual([])
})
