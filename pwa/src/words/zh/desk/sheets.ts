/** Sheets that go out, are filled in and come back. */
export default {
  'desk.sheet.wrong': '有 {n} 格不对，改好再导入：',
  'desk.sheet.fault': '{title}：{why}',
  'desk.sheet.pick': '选表格',
  'desk.sheet.reading': '正在看',
  'desk.sheet.list_out': '导出这张清单',
  'desk.sheet.list_in': '导入改好的表格',
  'desk.sheet.list_read': '读进来了：新增 {added} 条，改了 {edited} 条，去掉 {dropped} 条。看过再保存，不保存就不变。',
  'desk.sheet.trainees': '从表格加人',
  'desk.sheet.trainees_out': '导出名单',
  'desk.sheet.trainees_lead': '先导出名单当样子，填姓名，同名的再填手机号。到场、会不会也能一起填。选了先看，不会马上改。',
  'desk.sheet.newcomers': '不认识的，登记成新人（要填手机号）',
  'desk.sheet.trainees_read': '{file}：{n} 行，新加 {added} 人，记结果 {judged} 人。',
  'desk.sheet.new_names': '登记新人：{names}',
  'desk.sheet.trainees_take': '收下对的 {n} 行',
} as const
