/** One item on the wire. */
import type { GridDb } from '@/core/db'
import { contentDigest, sha256Hex } from '@/core/hash'
import type { OutboxItem } from '@/core/types'
import { NO_ANSWER, outcomeOf, parse, problemIn, type Answer, type Outcome } from './outcome'
import { PHOTO_DAMAGED, PHOTO_MISSING } from './problems'
import type { OutboxDeps } from './types'

type SendDeps = Pick<OutboxDeps, 'db' | 'fetch' | 'now' | 'contact' | 'personId'>

/** Sends one item and says what came of it. Never throws. */
export async function send(item: OutboxItem, deps: SendDeps, signal: AbortSignal): Promise<Outcome> {
  const load = item.kind === 'photo' ? await photoLoad(item, deps.db) : jsonLoad(item)
  if ('is' in load) return load
  const headers = {
    'Content-Type': load.type,
    'Content-Digest': contentDigest(item.sha256),
    // The server compares: the cookie may have become another's since we asked whose it is.
    'X-Person': deps.personId,
    'X-Device-Time': new Date(deps.now()).toISOString(),
  }
  const answer = await ask(deps, item.path, { method: 'PUT', headers, body: load.body, signal })
  return answer ? outcomeOf(answer, item, deps.now()) : NO_ANSWER
}

interface Load {
  type: string
  body: string | ArrayBuffer
}

function jsonLoad(item: OutboxItem): Load {
  return { type: 'application/json', body: item.body ?? '' }
}

/** The bytes are hashed again before every attempt: a phone's storage may rot, too. */
async function photoLoad(item: OutboxItem, db: GridDb): Promise<Load | Outcome> {
  const [row, kept] = await Promise.all([db.photos.get(item.itemId), db.bytes.get(item.itemId)])
  if (!row || !kept) return { is: 'refused', problem: PHOTO_MISSING }
  if ((await sha256Hex(kept.bytes)) !== item.sha256) return { is: 'refused', problem: PHOTO_DAMAGED }
  return { type: row.type, body: kept.bytes }
}

/** null = no whole answer came. */
async function ask(deps: SendDeps, url: string, init: RequestInit): Promise<Answer | null> {
  try {
    const response = await deps.fetch(url, {
      ...init,
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
    })
    const text = await response.text()
    if (isOurs(text)) deps.contact?.(deps.now(), response.headers.get('Date'))
    return { status: response.status, text, retryAfter: response.headers.get('Retry-After') }
  } catch {
    return null
  }
}

/** A refusal, a receipt or a person: nothing that stands between us and the server answers so. */
function isOurs(text: string): boolean {
  const body = parse(text) as { receipt?: unknown; id?: unknown } | null
  return problemIn(body) !== null || typeof body?.receipt === 'object' || typeof body?.id === 'string'
}

export type Presence = 'me' | 'other_account' | 'signed_out' | 'unreachable' | 'captive_portal' | 'busy'

/** Whose session the cookie is: asked before every run, for an item of A never goes out as B. */
export async function whoIsSignedIn(deps: SendDeps, signal: AbortSignal): Promise<Presence> {
  const answer = await ask(deps, '/api/session', { method: 'GET', signal })
  if (!answer) return 'unreachable'
  if (answer.status === 401) return 'signed_out'
  if (answer.status === 200) return presenceIn(parse(answer.text), deps.personId)
  return answer.status === 429 || answer.status >= 500 ? 'busy' : 'captive_portal'
}

function presenceIn(body: unknown, personId: string): Presence {
  const me = body as { id?: unknown; must_change_password?: unknown; second_factor?: unknown } | null
  if (typeof me?.id !== 'string') return 'captive_portal'
  if (me.id !== personId) return 'other_account'
  const isHalf = me.must_change_password === true || me.second_factor === 'verify' || me.second_factor === 'enrol'
  return isHalf ? 'signed_out' : 'me'
}
