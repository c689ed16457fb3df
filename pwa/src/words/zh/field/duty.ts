/** 例行工作 on the phone. */
export default {
  'field.duty.due': '{day} 前',
  'field.duty.was_due': '{day} 到期了',
  'field.duty.record': '记一笔',
  'field.duty.done': '办完了',
  'field.duty.note': '怎么办的，写一句',
  'field.duty.held_on': '哪天办的',
  'field.duty.subject': '标题',
  'field.duty.participants': '参加的人',
  'field.duty.participants_hint': '写人数就行，不用写名单',
  'field.duty.text': '说了什么、定了什么',
  'field.duty.keep': '记下',
  'field.duty.loading': '正在打开…',
  'field.duty.ready': '没有要办的。',
  'field.duty.offline': '没连上网，连上再试。',
} as const
