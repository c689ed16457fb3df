/** One typed `t()`. Chinese is the source; English has the same keys (a test and the types say so). */
import { shallowRef } from 'vue'
import type common from './zh/common'
import type desk from './zh/desk'
import type field from './zh/field'
import type ui from './zh/ui'
import type welcome from './zh/welcome'

export type Lang = 'zh' | 'en'
export type Key = keyof typeof common | keyof typeof ui | keyof typeof field | keyof typeof desk | keyof typeof welcome
export type Params = Record<string, string | number>
export type Words = Partial<Record<Key, string>>
/** What an English file must be: every key of its Chinese twin, no other. */
export type Twin<Zh> = Record<keyof Zh, string>

const STORED = 'lang'
const table = shallowRef<Words>({})
const chosen = shallowRef<Lang>('zh')
let chinese: Words = {}
let loadEnglish: () => Promise<Words> = () => Promise.resolve({})

/** Called once by the words file of an entry (`@/words/field`): Chinese at once, English when asked. */
export function registerWords(zh: Words, english: () => Promise<Words>): void {
  chinese = zh
  loadEnglish = english
  table.value = zh
}

/** The sentence of a key in the present language; `{name}` is filled from `params`. */
export function t(key: Key, params?: Params): string {
  return fill(table.value[key] ?? chinese[key] ?? key, params)
}

/** For keys that come from the server (notification kinds): undefined if this build has no such word. */
export function wordFor(key: string, params?: Params): string | undefined {
  const text = (table.value as Record<string, string>)[key] ?? (chinese as Record<string, string>)[key]
  return text === undefined ? undefined : fill(text, params)
}

export function lang(): Lang {
  return chosen.value
}

/** Loads the words of a language, keeps the choice, and every `t()` on the screen follows. */
export async function setLang(wanted: Lang): Promise<void> {
  table.value = wanted === 'en' ? await loadEnglish() : chinese
  chosen.value = wanted
  document.documentElement.lang = wanted === 'en' ? 'en' : 'zh-CN'
  localStorage.setItem(STORED, wanted)
}

/** Before mounting: the language chosen last time. Never throws; without English words it is Chinese. */
export async function startWords(): Promise<void> {
  const wanted: Lang = localStorage.getItem(STORED) === 'en' ? 'en' : 'zh'
  await setLang(wanted).catch(() => setLang('zh'))
}

function fill(text: string, params?: Params): string {
  if (!params) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}
