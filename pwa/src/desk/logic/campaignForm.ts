import type { CampaignChoice, OrderCampaign } from '@/contract'

/** What a form holds: nothing chosen is an empty string. */
export interface CampaignForm {
  name: string
  basis: string
  checklist_key: string
  kinds: NonNullable<CampaignChoice['kinds']>
  sectors: string[]
  only_key: boolean
  township_id: string
  village_id: string
  sample: string
  starts_on: string
  until: string
}

export const blankCampaign = (): CampaignForm => ({ name: '', basis: '', checklist_key: '', kinds: [], sectors: [], only_key: false, township_id: '', village_id: '', sample: '', starts_on: '', until: '' })

export function choiceOf({ kinds, sectors, only_key, township_id, village_id }: CampaignForm): CampaignChoice {
  return { kinds, ...(sectors.length && { sectors }), only_key, ...(township_id && { township_id }), ...(village_id && { village_id }) }
}
/** A number of one or more; anything else takes all. */
export function sampleOf({ sample }: Pick<CampaignForm, 'sample'>): number | null {
  const n = Math.trunc(Number(sample))
  return n >= 1 ? n : null
}
export function orderOf(form: CampaignForm): OrderCampaign {
  return { name: form.name.trim(), basis: form.basis.trim(), checklist_key: form.checklist_key, choice: choiceOf(form), sample: sampleOf(form), until: form.until, ...(form.starts_on && { starts_on: form.starts_on }) }
}
