import type { Twin } from '@/words'
import type zh from '@/words/zh/desk/status'

export default {
  'desk.nav.status': 'Status',
  'desk.status.title': 'System status',
  'desk.status.again': 'Look again',
  'desk.status.looking': 'Looking at everything…',
  'desk.status.all_fine': 'Everything is fine.',
  'desk.status.danger': 'Danger',
  'desk.status.unknown': 'Unknown',
  'desk.status.warning': 'Warning',
  'desk.status.notice': 'Notice',
  'desk.status.fine': 'Fine',
  'desk.status.n_danger': '{n} dangers',
  'desk.status.n_unknown': '{n} unknown',
  'desk.status.n_warning': '{n} warnings',
  'desk.status.n_notice': '{n} notices',
  'desk.status.n_fine': '{n} fine',
  'desk.status.at': 'looked {time}',
  'desk.status.more': '{n} more',
  'desk.status.go': 'Go there',
} satisfies Twin<typeof zh>
