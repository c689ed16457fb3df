import { account } from '@/core/account'
import type { Task } from './tasks'

const KEPT_MS = 30 * 24 * 3_600_000

/** Small pictures of what is to be verified: on site there may be no signal to fetch them by. */
export async function keepPictures(tasks: readonly Task[]): Promise<void> {
  const { thumbs } = account().db
  const wanted = tasks
    .filter((task) => task.action === 'verify' || task.action === 'finish')
    .flatMap((task) => task.hazard.photos)
    .filter((photo) => photo.status === 'ready')
  for (const { id } of wanted) {
    if (await thumbs.get(id)) continue
    const answer = await fetch(`/api/photos/${id}/thumb`)
    const type = answer.headers.get('Content-Type') ?? ''
    if (!answer.ok || !type.startsWith('image/')) return
    await thumbs.put({ photoId: id, bytes: await answer.arrayBuffer(), type, keepUntil: Date.now() + KEPT_MS })
  }
}
