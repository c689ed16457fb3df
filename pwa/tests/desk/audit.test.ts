import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { differences, KINDS } from '@/desk/audit/entries'

const say = ((key: string, holes?: Record<string, unknown>) => (holes ? `${holes['name']}=${holes['value']}` : key)) as Parameters<typeof differences>[1]

it('offers every kind that the server writes', () => {
  const line = /^ {8}Kind: ((?:"[^"]+"(?: \| )?)+);/m.exec(readFileSync('src/contract/api.d.ts', 'utf8'))?.[1] ?? ''
  const written = [...line.matchAll(/"([^"]+)"/g)].map((found) => found[1])
  expect([...KINDS].sort()).toEqual(written.sort())
})

it('tells before and after, and nothing that only a machine reads', () => {
  expect(differences({ mobile: { from: '138****0000', to: null }, organization_id: 'x', rows: 7, spans: ['08:30-12:00', '14:00-17:30'] }, say)).toEqual([
    'desk.audit.field.mobile=138****0000 → —',
    'desk.audit.field.rows=7',
    'desk.audit.field.spans=08:30-12:00、14:00-17:30',
  ])
})
