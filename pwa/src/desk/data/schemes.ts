import type { SchemeDifference, SchemeLine, SchemeView } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

const named = (scheme: string) => ({ params: { path: { scheme } } })

export const listSchemes = (): Promise<SchemeLine[]> => ask(api.GET('/api/schemes'))
export const readScheme = (key: string): Promise<SchemeView> => ask(api.GET('/api/schemes/{scheme}', named(key)))
/** What applying would do; nothing is done. */
export const compareScheme = (key: string): Promise<SchemeDifference> => ask(api.GET('/api/schemes/{scheme}/difference', named(key)))
/** Exactly the difference that was looked at; refused when it has become another one. */
export const applyScheme = (key: string, fingerprint: string): Promise<{ touched: number }> =>
  ask(api.POST('/api/schemes/{scheme}/application', { ...named(key), body: { fingerprint } }))
