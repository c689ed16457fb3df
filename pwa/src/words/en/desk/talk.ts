import type { Twin } from '@/words'
import type zh from '@/words/zh/desk/talk'

export default {
  'desk.inbox.title': 'Inbox',
  'desk.inbox.label': 'Inbox, {n} unread',
  'desk.inbox.all_read': 'Mark all as read',
  'desk.inbox.empty': 'Nothing here. What is your turn or nearly due will appear.',
  'desk.inbox.unread': 'unread',
  'desk.inbox.more': 'Older ones',
  'desk.suggestions.title': 'Suggestions',
  'desk.suggestions.lead': 'Say what is awkward or wrong. Somebody reads every line; the answer comes to your inbox.',
  'desk.suggestions.lead_reader': 'What people of every role say about the system. They find your answer in their inbox.',
  'desk.suggestions.text': 'What you want to say',
  'desk.suggestions.send': 'Send',
  'desk.suggestions.sent': 'Received. The answer will be in your inbox.',
  'desk.suggestions.answer': 'Answer',
  'desk.suggestions.answer_go': 'Send the answer',
  'desk.suggestions.waiting': 'Not answered yet',
  'desk.suggestions.empty': 'No suggestion yet.',
} satisfies Twin<typeof zh>
