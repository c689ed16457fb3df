/** Documents delivered, publicity and calls, as a desk asks for them. */
import type { DeliveryOutcome, ErrandKind, ErrandView } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'
import { fileOf } from './files'
import type { Ground } from './patrols'

export interface ErrandChoice {
  kind: ErrandKind | null
  outcome: DeliveryOutcome | null
  words: string
}

function asked(ground: Ground, gridId: string, { kind, outcome, words }: ErrandChoice) {
  return {
    ...(ground.township_id && { township_id: ground.township_id }),
    ...(gridId && { grid_id: gridId }),
    ...(kind && { kind }),
    ...(outcome && { outcome }),
    ...(words && { words }),
    made_from: `${ground.due_from}T00:00:00+08:00`,
    made_to: `${ground.due_to}T23:59:59+08:00`,
  }
}

export const findErrands = (ground: Ground, gridId: string, choice: ErrandChoice, cursor?: string): Promise<{ items: ErrandView[]; next: string | null }> =>
  ask(api.GET('/api/errands', { params: { query: { ...asked(ground, gridId, choice), ...(cursor && { cursor }) } } }))

/** Of one place, newest first. */
export const errandsAt = async (object_id: string): Promise<ErrandView[]> => (await ask(api.GET('/api/errands', { params: { query: { object_id } } }))).items

export const errandsFile = (ground: Ground, gridId: string, choice: ErrandChoice): string =>
  fileOf('/api/errands', asked(ground, gridId, choice))

export const photoOfErrand = (id: string, photoId: string): string => `/api/errands/${id}/photos/${photoId}`
