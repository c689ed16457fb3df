import type { ItemProblem } from '@/core/types'

function local(code: string, zh: string, en: string, status: number | null = null): ItemProblem {
  return { code, zh, en, fields: [], details: {}, status }
}

/** What the phone itself has to say about an item; the server's own refusals come with their words. */
export const PHOTO_MISSING = local(
  'photo_missing',
  '手机里找不到这张照片了。请补拍一张。',
  'This photo is no longer on the phone. Please take another.',
)
export const PHOTO_DAMAGED = local(
  'photo_damaged',
  '手机里的这张照片损坏了。请补拍一张。',
  'This photo is damaged on the phone. Please take another.',
)
export const OTHER_CONTENT = local(
  'same_id_other_content',
  '服务器上这个编号是另一份内容。两份都留着，会有人来看。',
  'The server holds other content under this id. Both are kept for a person to look at.',
)

export function tooLarge(status: number): ItemProblem {
  return local(
    'too_large',
    '内容太大，中途被拦下了。记录还在手机里，请联系管理员。',
    'Too large, stopped on the way. It is still on the phone; ask an administrator.',
    status,
  )
}

export function refused(status: number): ItemProblem {
  return local(
    'refused',
    '服务器没有收下。记录还在手机里，可以修改后再传。',
    'The server did not accept it. It is still on the phone; change it and send again.',
    status,
  )
}
