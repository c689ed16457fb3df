/** Sheets that go out, are filled in and come back. */
export default {
  'desk.sheet.wrong': '{n} cells are wrong; correct them and import again:',
  'desk.sheet.fault': '{title}: {why}',
  'desk.sheet.pick': 'Choose a sheet',
  'desk.sheet.reading': 'Reading',
  'desk.sheet.list_out': 'Export this list',
  'desk.sheet.list_in': 'Import the edited sheet',
  'desk.sheet.list_read': 'Read: {added} new, {edited} changed, {dropped} left out. Look at it, then save; nothing changes before.',
  'desk.sheet.trainees': 'Add from a sheet',
  'desk.sheet.trainees_out': 'Export the list',
  'desk.sheet.trainees_lead': 'Export the list as a pattern and fill in names; for namesakes the number too. Attendance and results can come along. It is only tried at first.',
  'desk.sheet.newcomers': 'Register unknown people (a number is needed)',
  'desk.sheet.trainees_read': '{file}: {n} rows, {added} added, results for {judged}.',
  'desk.sheet.new_names': 'New people: {names}',
  'desk.sheet.trainees_take': 'Take the {n} good rows',
} as const
