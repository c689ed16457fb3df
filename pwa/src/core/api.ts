/** The one client of the server for everything that is not in the outbox. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { paths, Problem } from '@/contract'
import { heardFromServer } from '@/core/contact'
import { createStore } from '@/core/store'

/** Counts the answers that say: this session has ended. A wrong password is 401, too, but not that. */
export const unauthorized = createStore(0)

async function noteExpiry(response: Response): Promise<void> {
  const body = (await response.json().catch(() => null)) as { code?: unknown } | null
  if (body?.code === 'not_signed_in') unauthorized.set(unauthorized.get() + 1)
}

/** Whose page this is: named with every write, so that it cannot go out under somebody else's cookie. */
export const speaker = createStore<string | null>(null)

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

const house: Middleware = {
  onRequest({ request }) {
    if (READS.has(request.method)) return request
    request.headers.set('X-Device-Time', new Date().toISOString())
    const person = speaker.get()
    if (person) request.headers.set('X-Person', person)
    return request
  },
  onResponse({ response }) {
    if (isOurs(response)) heardFromServer(Date.now(), response.headers.get('Date'))
    if (response.status === 401) void noteExpiry(response.clone())
    return undefined
  },
}

/** A request that gets no answer must end: a page waits for it. */
const PATIENCE_MS = { read: 30_000, write: 120_000 }

async function patientFetch(request: Request): Promise<Response> {
  const limit = new AbortController()
  const ms = READS.has(request.method) ? PATIENCE_MS.read : PATIENCE_MS.write
  const timer = setTimeout(() => limit.abort(), ms)
  const cut = () => limit.abort()
  request.signal.addEventListener('abort', cut)
  try {
    return await fetch(new Request(request, { signal: limit.signal }))
  } finally {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', cut)
  }
}

/** Same origin, cookies of this origin; bodies and answers typed by the contract. */
export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin', cache: 'no-store', fetch: patientFetch })
api.use(house)

/** A captive portal answers 200 with HTML; ours is JSON, a picture, a sheet, or nothing (204). */
export function isOurs(response: Response): boolean {
  if (response.status === 204) return true
  return !(response.headers.get('Content-Type') ?? '').startsWith('text/html') && response.status < 500
}

const UNREACHABLE: Problem = {
  code: 'unreachable',
  zh: '连不上服务器。手机里的记录都在，稍后再试。',
  en: 'The server cannot be reached. Records on the phone are safe; try again later.',
  fields: [],
  details: {},
}

/** What went wrong, in words, whatever was thrown or answered. */
export function problemOf(error: unknown): Problem {
  if (!isProblem(error)) return UNREACHABLE
  return { ...error, fields: error.fields ?? [], details: error.details ?? {} }
}

function isProblem(error: unknown): error is Pick<Problem, 'code' | 'zh' | 'en'> & Partial<Problem> {
  const candidate = error as Partial<Problem> | null
  return typeof candidate?.code === 'string' && typeof candidate.zh === 'string'
}
