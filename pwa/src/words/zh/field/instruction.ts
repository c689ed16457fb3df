/** 工作通知 on the phone. */
export default {
  'field.instruction.none': '还没有收到通知。',
  'field.instruction.offline': '没连上网，下面是上次看到的',
  'field.instruction.gone': '这条通知手机里没有，连上网再看。',
  'field.instruction.for': '发给：{names}',
  'field.instruction.said': '反馈',
  'field.instruction.text': '写反馈',
  'field.instruction.text_hint': '做了什么、查到什么，几句话就行',
  'field.instruction.again': '再补一句',
  'field.instruction.send': '反馈',
  'field.instruction.saved': '反馈已存在手机里，有网自动上传',
  'field.instruction.queued': '反馈还在手机里，有网自动上传',
  'field.instruction.attention': '反馈没传上，去「待上传」看一下',
  'field.instruction.ended': '这条通知已经结束，不用再反馈。',
  'field.instruction.n_home': '{n} 条通知要看、要反馈',
  'field.instruction.one_home': '通知：{subject}',
} as const
