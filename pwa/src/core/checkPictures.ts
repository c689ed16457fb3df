/** The county's own pictures beside the questions: after the lists, one by one, only of lists that are here. */
import type { ChecklistItem, ChecklistVersion } from '@/contract'
import { withReopen, type GridDb } from '@/core/db'
import { sha256Hex } from '@/core/hash'
import type { Later } from '@/core/pull'
import type { Thumb } from '@/core/types'

/** They lie among the small pictures of photos, under their hash instead of a photo's id. */
const IS_HASH = /^[0-9a-f]{64}$/
/** Of 60 KB at most: 12 MB in all. */
export const MOST_PICTURES = 200
/** News wait for nobody's pictures: what does not come in this time comes with the next news. */
export const LONGEST_MS = 20_000

export interface PictureDeps {
  db: GridDb
  now(): number
  /** GET /api/checklists/pictures/{sha256}; null = not there. Throws when the server cannot be reached. */
  picture(sha256: string): Promise<Pick<Thumb, 'bytes' | 'type'> | Later | null>
  /** So little space that what people record comes first. */
  isShort(): Promise<boolean>
}

/** Lists of servers and phones of before do not have these members. */
export const picturesOf = ({ photo_wrong, photo_right }: Partial<ChecklistItem>): string[] =>
  [photo_wrong, photo_right].filter((one): one is string => Boolean(one))

/** What no list here names goes, what is missing comes. Only the server's order to wait is told. */
export async function readPictures(deps: PictureDeps): Promise<Later | null> {
  const wanted = await withReopen(deps.db, () => wantedBy(deps.db))
  const here = await withReopen(deps.db, () => picturesHere(deps.db))
  const missing = wanted.filter((sha256) => !here.includes(sha256))
  await deps.db.thumbs.bulkDelete(here.filter((sha256) => !wanted.includes(sha256)))
  if (!missing.length || (await deps.isShort())) return null
  return fetched(deps, missing)
}

/** Of the lists that tasks have or that can be chosen, and of visits that were begun with older ones. */
async function wantedBy(db: GridDb): Promise<string[]> {
  const [listed, drafts] = await Promise.all([db.meta.get('list_ids'), db.drafts.toArray()])
  const begun = drafts.flatMap((draft) => (draft.kind === 'visit' ? [draft.versionId] : []))
  const ids = [...begun, ...((listed?.value as string[] | undefined) ?? [])]
  const lists = (await db.checklists.bulkGet(ids)) as (Partial<ChecklistVersion> | undefined)[]
  const named = lists.flatMap((list) => list?.items?.flatMap(picturesOf) ?? [])
  return [...new Set(named)].slice(0, MOST_PICTURES)
}

const picturesHere = async (db: GridDb): Promise<string[]> =>
  (await db.thumbs.toCollection().primaryKeys()).filter((id) => IS_HASH.test(id))

/** Its name says what it holds: a page of a hotel's network in its place is not kept. */
async function fetched({ db, now, picture }: PictureDeps, missing: string[]): Promise<Later | null> {
  const begun = now()
  for (const sha256 of missing) {
    if (now() - begun > LONGEST_MS) break
    const answer = await picture(sha256)
    if (answer && 'orderMs' in answer) return answer
    if (!answer || (await sha256Hex(answer.bytes)) !== sha256) continue
    await withReopen(db, () => db.thumbs.put({ photoId: sha256, ...answer, keepUntil: null }))
  }
  return null
}
