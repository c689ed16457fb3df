import type { PostView, Role } from '@/contract'
import { type AddPost, today } from '@/desk/data/register'
import { mustHaveGrid } from '@/desk/logic/roles'
import type { t as say } from '@/words'

/** A post as it is being written. */
export interface PostForm {
  organization_id: string
  role: Role | ''
  grid_id: string
  starts_on: string
}

export const emptyPost = (): PostForm => ({ organization_id: '', role: '', grid_id: '', starts_on: today() })

/** The post to send, or null while something is missing. */
export function postOf(form: PostForm): AddPost | null {
  if (!form.organization_id || !form.role || !form.starts_on) return null
  if (mustHaveGrid(form.role) && !form.grid_id) return null
  return { organization_id: form.organization_id, role: form.role, starts_on: form.starts_on, ...(form.grid_id && { grid_id: form.grid_id }) }
}

/** Who walks the grid with a phone: their exported records may be brought in by an officer. */
export const ON_THE_GROUND: ReadonlySet<string> = new Set<Role>(['gridworker', 'grid_chief', 'safety_officer'])

/** Posts that say how they are held. */
export const isOnGrid = (role: Role): boolean => role === 'gridworker' || role === 'grid_chief'

/** How a post is held, in two lines at most; nothing where nothing was said. */
export function holdingWords(post: PostView, t: typeof say): string[] {
  const time = post.is_full_time === null ? '' : t(post.is_full_time ? 'desk.people.full_time' : 'desk.people.part_time')
  const source = post.part_time_source ? `${time}${t('desk.aside', { text: post.part_time_source })}` : time
  const kind = post.employment ? t(`desk.people.employment.${post.employment}`) : ''
  return [[source, kind].filter(Boolean).join(' · '), post.duties ?? ''].filter(Boolean)
}
