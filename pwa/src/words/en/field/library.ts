import type { Twin } from '@/words'
import type zh from '@/words/zh/field/library'

export default {
  'field.library.published': 'Published to me',
  'field.library.own': 'Ours',
  'field.library.loading': 'Opening…',
  'field.library.ready': 'No documents yet.',
  'field.library.offline': 'No connection; look again with signal.',
  'field.library.titles_only': 'No connection: the titles are here, files need signal.',
  'field.library.file_offline': 'No connection; the file needs signal.',
} satisfies Twin<typeof zh>
