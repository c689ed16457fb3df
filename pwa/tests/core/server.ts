/** A small scripted server: keeps what it commits, breaks as told. */
import { sha256Hex } from '@/core/hash'

export interface Stored {
  sha256: string
  by: string
  seq: number
  body: string | null
}

/** Stands between phone and server; `next` reaches the server. */
export type Fault = (next: () => Promise<Response>) => Promise<Response>

export const lostRequest: Fault = () => Promise.reject(new TypeError('failed to fetch'))
export const lostAnswer: Fault = async (next) => {
  await next()
  throw new TypeError('connection reset')
}
export const portal: Fault = () =>
  Promise.resolve(new Response('<html>请登录</html>', { status: 200, headers: { 'Content-Type': 'text/html' } }))

export function answers(status: number, body: unknown = '', headers: Record<string, string> = {}): Fault {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return () => Promise.resolve(new Response(text, { status, headers }))
}

export function problem(code: string, extra: object = {}) {
  return { code, zh: '不行', en: 'no', fields: [], details: {}, ...extra }
}

/** Commits, then answers with a changed receipt. */
export function forged(change: Record<string, unknown>): Fault {
  return async (next) => {
    const body = (await (await next()).json()) as { receipt: object }
    return Response.json({ ...body, receipt: { ...body.receipt, ...change } })
  }
}

export class Server {
  readonly stored = new Map<string, Stored>()
  readonly log: string[] = []
  /** Every id that was ever committed, also if it was lost by going back to a backup. */
  readonly ever = new Set<string>()
  signedIn: string | null = 'ann'
  faults: Fault[] = []
  sessionFaults: Fault[] = []
  /** Bodies that came under a known id with other content. */
  strangers = 0
  private seq = 0

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    init.signal?.throwIfAborted()
    const path = url.replace(/^https?:\/\/[^/]+/, '')
    const isSession = path === '/api/session'
    const fault = (isSession ? this.sessionFaults : this.faults).shift()
    const next = () => (isSession ? Promise.resolve(this.session()) : this.put(path, init))
    return fault ? fault(next) : next()
  }

  has(id: string): boolean {
    return this.stored.has(id)
  }

  private session(): Response {
    if (!this.signedIn) return Response.json(problem('not_signed_in'), { status: 401 })
    return Response.json({ id: this.signedIn, seats: [], must_change_password: false })
  }

  private async put(path: string, init: RequestInit): Promise<Response> {
    if (!this.signedIn) return Response.json(problem('not_signed_in'), { status: 401 })
    const sender = new Headers(init.headers).get('X-Person')
    if (sender && sender !== this.signedIn) return Response.json(problem('other_person'), { status: 401 })
    const id = path.split('/').at(-1) ?? ''
    const body = init.body as string | ArrayBuffer
    const sha256 = await sha256Hex(body)
    this.log.push(`${path} by ${this.signedIn}`)
    const known = this.stored.get(id)
    if (known && known.sha256 !== sha256) {
      this.strangers += 1
      return Response.json(problem('same_id_other_content'), { status: 409 })
    }
    if (!known) {
      this.seq += 1
      this.ever.add(id)
      const text = typeof body === 'string' ? body : null
      this.stored.set(id, { sha256, by: this.signedIn, seq: this.seq, body: text })
    }
    const receipt = { id, sha256, seq: this.stored.get(id)?.seq, received_at: '2026-11-22T10:00:00Z', mac: 'm' }
    return Response.json({ receipt, ...(path.startsWith('/api/hazards/') ? { hazard: null } : {}) })
  }
}
