import type { Campaign, CampaignChoice, OrderCampaign } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { newId } from '@/core/id'
import { ask } from './ask'

export type MoveCampaign = components['schemas']['MoveCampaign']
export type Chosen = components['schemas']['ChosenView']

export const listCampaigns = (): Promise<Campaign[]> => ask(api.GET('/api/campaigns'))
export const countChoice = (query: CampaignChoice): Promise<Chosen> => ask(api.GET('/api/campaigns/choice', { params: { query } }))
/** Under an id of this form's own: pressed twice, it is ordered once. */
export const newCampaignId = newId
export const orderCampaign = (campaign_id: string, body: OrderCampaign): Promise<Campaign> =>
  ask(api.PUT('/api/campaigns/{campaign_id}', { params: { path: { campaign_id } }, body }))
export const moveCampaign = (campaign_id: string, body: MoveCampaign): Promise<Campaign> =>
  ask(api.PUT('/api/campaigns/{campaign_id}/until', { params: { path: { campaign_id } }, body }))
export const endCampaign = (campaign_id: string): Promise<Campaign> =>
  ask(api.PUT('/api/campaigns/{campaign_id}/end', { params: { path: { campaign_id } } }))
