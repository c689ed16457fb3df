/** The real clock, network, locks and storage, handed to the modules that a simulator also drives. */
import type { Account } from '@/core/account'
import { api } from '@/core/api'
import { heardFromServer } from '@/core/contact'
import { log, openDb, type GridDb } from '@/core/db'
import { createDrafts, type Mirror } from '@/core/drafts'
import { newId } from '@/core/id'
import { browserLocks, onYield } from '@/core/locks'
import { retryAfterMs } from '@/core/outbox/backoff'
import { createOutbox } from '@/core/outbox/create'
import { isLater } from '@/core/outbox/outcome'
import type { OutboxDeps } from '@/core/outbox/types'
import { createPhotos } from '@/core/photos/create'
import { browserImaging } from '@/core/photos/imaging'
import { createPull, MOST_OBJECTS, type Later, type Reference } from '@/core/pull'
import { createReconcile } from '@/core/reconcile'
import { markExpired } from '@/core/session'
import { isShort } from '@/core/status'
import type { Draft } from '@/core/types'

const now = (): number => Date.now()
/** A silent request counts as lost after this; a photo may be slow at 8 kB/s. */
const TIMEOUT_MS = { json: 30_000, photo: 180_000 }

export function browserDeps(personId: string, db: GridDb): OutboxDeps {
  return {
    db,
    personId,
    now,
    random: () => Math.random(),
    fetch: patientFetch,
    locks: browserLocks(now, newId()),
    contact: (at, date) => heardFromServer(at, date),
    signedOut: markExpired,
    failed: (error) => void log(db, now(), 'outbox_failed', error.code),
  }
}

export function openBrowserAccount(personId: string): Account {
  const db = openDb(personId)
  const deps = browserDeps(personId, db)
  const mirror = sessionMirror()
  const outbox = createOutbox({ ...deps, mirror })
  const stopListening = onYield(() => outbox.cutOff())
  return {
    personId,
    db,
    outbox,
    locks: deps.locks,
    close() {
      stopListening()
      outbox.close()
    },
    drafts: createDrafts({ db, now, mirror }),
    photos: createPhotos({ db, now, imaging: browserImaging }),
    pull: createPull({ db, now, random: deps.random, changes, reference, tasks, checklist, picture, isShort }),
    reconcile: createReconcile({ db, now, ask, outbox, appVersion: __APP_VERSION__ }),
  }
}

async function patientFetch(url: string, init: RequestInit): Promise<Response> {
  const own = new AbortController()
  const cut = () => own.abort()
  init.signal?.addEventListener('abort', cut)
  const timer = setTimeout(cut, typeof init.body === 'string' || !init.body ? TIMEOUT_MS.json : TIMEOUT_MS.photo)
  try {
    const response = await fetch(url, { ...init, signal: own.signal })
    // The whole answer belongs to the wait: a receipt that trickles for ever is none.
    return new Response(await response.blob(), { status: statusOf(response), headers: response.headers })
  } finally {
    clearTimeout(timer)
    init.signal?.removeEventListener('abort', cut)
  }
}

/** An opaque redirect has status 0, which a Response cannot be made with. */
function statusOf(response: Response): number {
  return response.status === 0 ? 511 : response.status
}

async function changes(since: string) {
  const { data, response } = await api.GET('/api/sync/changes', { params: { query: { since, limit: 100 } } })
  if (isLater(response.status)) return orderIn(response)
  if (!data || !Array.isArray(data.hazards)) return null
  heardFromServer(now(), data.server_time)
  return data
}

const orderIn = ({ headers }: Response): Later => ({ orderMs: retryAfterMs(headers.get('Retry-After'), now()) })

/** What comes beside the news makes it wait only if the server asks for that, not because one answer is broken. */
function laterIn(response: Response): Later | null {
  return response.status === 429 || (isLater(response.status) && response.headers.has('Retry-After')) ? orderIn(response) : null
}

async function tasks() {
  const { data, response } = await api.GET('/api/patrols/mine')
  return data && Array.isArray(data.tasks) ? data : laterIn(response)
}

async function checklist(version_id: string) {
  const { data, response } = await api.GET('/api/checklists/versions/{version_id}', { params: { path: { version_id } } })
  return data && Array.isArray(data.items) ? data : laterIn(response)
}

async function picture(sha256: string) {
  const { data, response } = await api.GET('/api/checklists/pictures/{sha256}', { params: { path: { sha256 } }, parseAs: 'arrayBuffer' })
  return data instanceof ArrayBuffer ? { bytes: data, type: response.headers.get('Content-Type') ?? '' } : laterIn(response)
}

async function reference(): Promise<Reference | Later | null> {
  const [rules, grids, objects] = await Promise.all([
    api.GET('/api/rules'),
    api.GET('/api/grids', { params: { query: { is_mine: true } } }),
    myObjects(),
  ])
  if (objects && 'orderMs' in objects) return objects
  if (!rules.data || !grids.data || !objects) return laterIn(rules.response) ?? laterIn(grids.response)
  return { rules: rules.data, grids: grids.data, objects }
}

const OBJECTS_A_PAGE = 200

async function myObjects(): Promise<Reference['objects'] | Later | null> {
  const found: Reference['objects'] = []
  let cursor: string | null = null
  for (let page = 0; page < MOST_OBJECTS / OBJECTS_A_PAGE; page += 1) {
    const query: { is_mine: true; limit: number; cursor?: string } = { is_mine: true, limit: OBJECTS_A_PAGE }
    if (cursor !== null) query.cursor = cursor
    const { data, response }: { data?: { items: Reference['objects']; next: string | null } | undefined; response: Response } =
      await api.GET('/api/objects', { params: { query } })
    if (!data) return laterIn(response)
    found.push(...data.items)
    cursor = data.next
    if (cursor === null) break
  }
  return found
}

async function ask(holdings: Parameters<Parameters<typeof createReconcile>[0]['ask']>[0]) {
  try {
    const { data } = await api.POST('/api/sync/reconcile', { body: holdings })
    return data && Array.isArray(data.items) ? data : null
  } catch {
    return null
  }
}

const MIRROR = 'safegrid.draft.'

/** Text of the open drafts in sessionStorage: survives a reload after the database was cut off. */
function sessionMirror(): Mirror {
  return {
    set(draft) {
      try {
        sessionStorage.setItem(MIRROR + draft.id, JSON.stringify(draft))
      } catch {
        // The mirror is a second copy; a full one must not stop the first.
      }
    },
    get: (id) => JSON.parse(sessionStorage.getItem(MIRROR + id) ?? 'null') as Draft | null,
    remove: (id) => sessionStorage.removeItem(MIRROR + id),
  }
}
