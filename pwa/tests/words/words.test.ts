// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import flow from '@/contract/flow.json'

type File = Record<string, string>
const FILES = ['common', 'ui', 'field', 'desk', 'welcome'] as const
const modules = import.meta.glob<{ default: File }>(['../../src/words/{zh,en}/*.ts', '../../src/words/{zh,en}/*/index.ts'])
const load = async (lang: 'zh' | 'en', name: string): Promise<File> => {
  const base = `../../src/words/${lang}/${name}`
  const found = modules[`${base}.ts`] ?? modules[`${base}/index.ts`]
  return (await found!()).default
}

/** Latin letters that belong into Chinese sentences: names, formats, keys on a keyboard. */
const LATIN = [
  'SafeGrid', 'GPS', 'Excel', 'xlsx', 'docx', 'PDF', 'SHA-256', 'JPEG', 'PNG', 'WebP', 'HEIF', 'MB', 'GB', 'KB', 'km',
  'Chrome', 'Safari', 'WGS-84', 'GCJ-02', 'CGCS2000', 'BD-09', 'ID', 'CC BY', 'OpenStreetMap', 'English', 'Language', 'GeoJSON', 'make run', 'Enter', 'Esc', 'Ctrl', 'Shift', 'Tab',
  'XX', 'HTTPS', 'PWA', 'adb', 'USB', 'WLAN', 'Wi-Fi', 'App', 'QR',
]
const allowed = new RegExp(`${LATIN.join('|')}|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|\\{\\w+\\}|<[^>]+>`, 'g')
const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

const parts = import.meta.glob<{ default: File }>('../../src/words/{zh,en}/**/*.ts')

it.each(['zh', 'en'])('has no key in two files of %s: the later one would hide the other', async (lang) => {
  const keys: string[] = []
  for (const [path, part] of Object.entries(parts)) {
    if (!path.includes(`/${lang}/`)) continue
    const found = Object.keys((await part()).default)
    const isWhole = FILES.some((name) => path.endsWith(`/${lang}/${name}.ts`) || path.endsWith('/index.ts'))
    if (!isWhole) keys.push(...found)
  }
  expect(keys.filter((key, n) => keys.indexOf(key) !== n)).toEqual([])
  expect(keys.length).toBeGreaterThan(1_000)
})

describe.each(FILES)('words of %s', (name) => {
  it('has the same keys in both languages, none empty', async () => {
    const [zh, en] = [await load('zh', name), await load('en', name)]
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    expect(Object.entries({ ...zh }).filter(([, text]) => text === '')).toEqual([])
    expect(Object.entries({ ...en }).filter(([, text]) => text === '')).toEqual([])
  })

  it('fills the same holes in both languages', async () => {
    const [zh, en] = [await load('zh', name), await load('en', name)]
    const different = Object.keys(zh).filter((key) => holes(zh[key]!).join() !== holes(en[key] ?? '').join())
    expect(different).toEqual([])
  })

  it('speaks Chinese where it says Chinese', async () => {
    const zh = await load('zh', name)
    const foreign = Object.entries(zh).filter(([, text]) => /[A-Za-z]/.test(text.replace(allowed, '')))
    expect(foreign).toEqual([])
  })
})

describe('words of the domain', () => {
  /** The generated contract as text: the enums that the API really has. */
  const contract = readFileSync('src/contract/api.d.ts', 'utf8')
  const valuesOf = (schema: string): string[] => {
    const line = new RegExp(`^        ${schema}: ((?:"[^"]+"(?: \\| )?)+);`, 'm').exec(contract)?.[1]
    return [...(line ?? '').matchAll(/"([^"]+)"/g)].map((found) => found[1]!)
  }

  it.each([
    ['State', 'state'],
    ['Level', 'level'],
    ['Action', 'action'],
    ['Role', 'role'],
    ['Hop', 'hop'],
    ['Unit', 'unit'],
    ['OrganizationKind', 'organization'],
    ['GridKind', 'grid'],
    ['ObjectKind', 'object'],
    ['PhotoRole', 'photo_role'],
    ['PhotoSource', 'photo_source'],
  ])('knows every %s', async (schema, prefix) => {
    const words = await load('zh', 'common')
    const values = valuesOf(schema)
    expect(values.length).toBeGreaterThan(1)
    expect(values.filter((value) => !(`${prefix}.${value}` in words))).toEqual([])
  })

  it('knows every event of the flow, in the timeline and in the inbox', async () => {
    const words = await load('zh', 'common')
    const events = ['hazard.reported', ...Object.values(flow.actions).map((action) => action.event)]
    expect(events.filter((kind) => !(`event.${kind}` in words))).toEqual([])
    const told = [...events.slice(1), 'clock.approaching', 'clock.missed', 'suggestion_answered']
    expect(told.filter((kind) => !(`notification.${kind}` in words))).toEqual([])
  })

  it('knows every need of the flow', async () => {
    const words = await load('zh', 'common')
    const needs = new Set(flow.steps.flatMap((step) => step.needs))
    expect([...needs].filter((need) => !(`need.${need}` in words))).toEqual([])
  })
})

describe('t', () => {
  beforeEach(() => localStorage.clear())

  it('is Chinese first, follows a change of language, and fills the holes', async () => {
    await import('@/words/welcome')
    const { t, wordFor, setLang, lang, startWords } = await import('@/words')
    await startWords()
    expect([lang(), t('state.done'), t('clock.hours_left', { n: 3 })]).toEqual(['zh', '待核验', '剩 3 小时'])
    await setLang('en')
    expect([lang(), t('state.done'), t('clock.hours_left', { n: 3 })]).toEqual(['en', 'To be verified', '3 h left'])
    expect(document.documentElement.lang).toBe('en')
    expect(wordFor('no.such.key')).toBeUndefined()
    expect(wordFor('hop.verify')).toBe('Verify')
    await setLang('zh')
    await setLang('en')
    await startWords()
    expect(lang()).toBe('en')
    await setLang('zh')
  })
})
