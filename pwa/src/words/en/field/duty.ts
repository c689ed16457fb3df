/** Routine work on the phone. */
export default {
  'field.duty.due': 'by {day}',
  'field.duty.was_due': 'was due on {day}',
  'field.duty.record': 'Record',
  'field.duty.done': 'Done',
  'field.duty.note': 'How, in a word',
  'field.duty.held_on': 'On which day',
  'field.duty.subject': 'Heading',
  'field.duty.participants': 'Who took part',
  'field.duty.participants_hint': 'Numbers are enough, no list of names',
  'field.duty.text': 'What was said and decided',
  'field.duty.keep': 'Keep',
  'field.duty.loading': 'Opening…',
  'field.duty.ready': 'Nothing to do.',
  'field.duty.offline': 'No connection: try again with signal.',
} as const
