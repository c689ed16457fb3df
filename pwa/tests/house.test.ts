/** Habits that no linter sees: length of all files, colours in styles, sentences in templates. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../src', import.meta.url).pathname
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => ['.ts', '.vue', '.css'].includes(extname(name)))
  .filter((name) => !name.startsWith('contract/') && !name.startsWith('tokens/') && !name.startsWith('words/'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))

describe('house', () => {
  it('has no file longer than 300 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 301).map(({ name }) => name)).toEqual([])
  })

  it('has no colour outside the tokens', () => {
    const hex = /#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?![\w-])/
    expect(files.filter(({ text }) => hex.test(text)).map(({ name }) => name)).toEqual([])
  })

  it('has no sentence for people in a template: they come from the words', () => {
    const spoken = files.filter(({ name, text }) => name.endsWith('.vue') && /[\u4e00-\u9fff]/.test(withoutComments(text)))
    expect(spoken.map(({ name }) => name)).toEqual([])
  })
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|\/\/.*$/gm, '')
}
