/** What the desk is told and what it says: inbox, suggestions. */
export default {
  'desk.inbox.title': '消息',
  'desk.inbox.label': '消息，{n} 条没看',
  'desk.inbox.all_read': '全部标为已看',
  'desk.inbox.empty': '没有消息。轮到您办的、快到期的会出现在这里。',
  'desk.inbox.unread': '没看过',
  'desk.inbox.more': '更早的',
  'desk.suggestions.title': '意见建议',
  'desk.suggestions.lead': '哪里不好用、哪里不合理，写在这里。每一条都会有人看，答复在消息里。',
  'desk.suggestions.lead_reader': '各岗位对系统的意见。答复后，提的人会在消息里看到。',
  'desk.suggestions.text': '想说的',
  'desk.suggestions.send': '提交',
  'desk.suggestions.sent': '收到了。答复会出现在消息里。',
  'desk.suggestions.answer': '答复',
  'desk.suggestions.answer_go': '发出答复',
  'desk.suggestions.waiting': '还没答复',
  'desk.suggestions.empty': '还没有意见建议。',
} as const
