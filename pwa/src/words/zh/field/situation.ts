/** 情况报告 on the phone. */
export default {
  'field.situation.lead': '巡查清单里报的情况（自建房、办酒席等），村里、镇街怎么办的在这里看。',
  'field.situation.loading': '正在打开…',
  'field.situation.ready': '还没有报过情况。巡查清单里选“有”、写上情况，就报上去了。',
  'field.situation.offline': '没连上网，连上再看。',
  'field.situation.answer': '去处理',
} as const
