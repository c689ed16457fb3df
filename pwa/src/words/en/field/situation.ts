export default {
  'field.situation.lead': 'What you reported with your lists, and what village and township did about it.',
  'field.situation.loading': 'Opening…',
  'field.situation.ready': 'Nothing reported yet. A “yes” with words on a list reports it.',
  'field.situation.offline': 'No connection; look again with one.',
  'field.situation.answer': 'Act on it',
} as const
