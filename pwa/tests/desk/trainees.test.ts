import { expect, it } from 'vitest'
import type { Trainee } from '@/contract'
import { allPresent, changedOf, goodRows, judgedOf, passPresent, tick } from '@/desk/logic/trainees'

const LACKS = { lacks: ['inspect', 'record', 'report'] as Trainee['qualification']['lacks'], valid_until: null }
function trainee(person_id: string, attended = true): Trainee {
  const shown = { attended, can_inspect: false, can_record: false, can_report: false, certificate_number: null, valid_until: '2027-11-23' }
  return { person_id, name: person_id, works: [], qualification: LACKS, ...shown }
}

it('takes who has shown something for present, and takes all back from who was not there', () => {
  const passed = tick(judgedOf(trainee('ann', false)), 'can_report', true)
  expect(passed).toMatchObject({ attended: true, can_report: true, can_inspect: false })
  expect(tick(passed, 'attended', false)).toMatchObject({ attended: false, can_report: false })
  expect(tick(passed, 'can_report', false)).toMatchObject({ attended: true, can_report: false })
})

it('marks all of a training that was planned as present, and passes nobody by it', () => {
  const people = [trainee('ann', false), { ...trainee('bob'), can_report: true }]
  const rows = allPresent(people.map(judgedOf))
  expect(rows.map((row) => [row.attended, row.can_report])).toEqual([[true, false], [true, true]])
  expect(changedOf(rows, people).map((row) => row.person_id)).toEqual(['ann'])
})

it('passes only who was there, and sends only what differs', () => {
  const people = [trainee('ann'), trainee('bob', false)]
  const rows = passPresent(people.map(judgedOf))
  expect(changedOf(rows, people).map((row) => row.person_id)).toEqual(['ann'])
  expect(changedOf(people.map(judgedOf), people)).toEqual([])
})

it('counts a row with two wrong cells once among those that are not taken in', () => {
  const wrong = { title: '', value: '', why: '' }
  const faults = [{ ...wrong, line: 10, cell: 'A10' }, { ...wrong, line: 11, cell: 'B11' }, { ...wrong, line: 11, cell: 'D11' }]
  expect(goodRows({ rows: 9, faults })).toBe(7)
})
