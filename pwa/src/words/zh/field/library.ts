/** 资料库 on the phone. */
export default {
  'field.library.published': '发布给我的',
  'field.library.own': '我们的',
  'field.library.loading': '正在打开…',
  'field.library.ready': '还没有资料。',
  'field.library.offline': '没连上网，连上再看。',
  'field.library.titles_only': '没连上网：标题在手机里，文件连上再看。',
  'field.library.file_offline': '没连上网，文件连上再看。',
} as const
