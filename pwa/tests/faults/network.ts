/** What lies between phone and server, and everything that it does to a request (F1–F14). */
import type { Chance } from './chance'
import { json, problem, type Answer, type ModelServer, type Request } from './modelserver'
import type { Process } from './turns'

type Fate =
  | 'whole'
  | 'F1_request_lost'
  | 'F2_answer_lost'
  | 'F3_doubled'
  | 'F4_late'
  | 'F6_request_cut'
  | 'F6_answer_cut'
  | 'F7_request_flipped'
  | 'F7_answer_flipped'
  | 'F8_slow'
  | 'F9_portal'
  | 'F9_redirect'
  | 'F9_portal_json'
  | 'F9_answer_of_another'
  | 'F10_no_name'
  | 'F11_busy'
  | 'F11_busy_with_order'
  | 'F12_signed_out'
  | 'F13_too_large'
  | 'refused'
  | 'F34_commit_fails'
  | 'F27_dies_after_commit'

export type Weather = 'fair' | 'rain' | 'storm' | 'portal' | 'dead'

const RAIN: Partial<Record<Fate, number>> = {
  whole: 24,
  F1_request_lost: 3,
  F2_answer_lost: 5,
  F3_doubled: 3,
  F4_late: 3,
  F6_request_cut: 2,
  F6_answer_cut: 3,
  F7_request_flipped: 2,
  F7_answer_flipped: 2,
  F8_slow: 3,
  F9_portal: 2,
  F9_redirect: 1,
  F9_portal_json: 1,
  F9_answer_of_another: 1,
  F10_no_name: 1,
  F11_busy: 3,
  F11_busy_with_order: 2,
  F12_signed_out: 1,
  F13_too_large: 1,
  refused: 1,
  F34_commit_fails: 3,
  F27_dies_after_commit: 3,
}
const SKIES: Record<Weather, Partial<Record<Fate, number>>> = {
  fair: { whole: 1 },
  rain: RAIN,
  storm: { ...RAIN, whole: 6 },
  portal: { F9_portal: 4, F9_redirect: 1, F9_portal_json: 1 },
  dead: { F1_request_lost: 3, F10_no_name: 1 },
}

const SHOWERS = { rain: true, storm: true }

const UNREACHABLE = 'failed to fetch'

export class Network {
  weather: Weather = 'fair'
  /** How often each fault was really injected. */
  readonly counts = new Map<string, number>()
  private late: Request[] = []
  private lastAnswer: Answer = json(200, {})

  constructor(
    private readonly chance: Chance,
    private readonly server: ModelServer,
    private readonly pass: (ms: number) => void,
    /** Every receipt that reaches a phone. */
    private readonly acknowledged: (request: Request, answer: Answer) => void,
  ) {}

  /** Throws where a real fetch would. */
  async ask(process: Process, request: Request): Promise<Answer> {
    await process.turn()
    // The question who is signed in comes before every run: with all faults on it nothing else would be tried.
    const isSpared = request.path === '/api/session' && this.weather in SHOWERS && this.chance.is(0.8)
    const fate = isSpared ? 'whole' : this.chance.weighed(SKIES[this.weather] as Record<Fate, number>)
    if (fate !== 'whole') this.counts.set(fate, (this.counts.get(fate) ?? 0) + 1)
    this.pass(20 + this.chance.below(800))
    const answer = await this.carry(fate, process, request)
    await process.turn()
    this.lastAnswer = answer
    if (answer.status === 200 && fate !== 'F9_answer_of_another') this.acknowledged(request, answer)
    return answer
  }

  /** What was on the way for hours arrives after all; nobody hears the answer. */
  deliverLate(): void {
    const [first] = this.late.splice(0, 1)
    if (first) this.serve(first)
  }

  hasLate(): boolean {
    return this.late.length > 0
  }

  private async carry(fate: Fate, process: Process, request: Request): Promise<Answer> {
    switch (fate) {
      case 'F1_request_lost':
      case 'F10_no_name':
      case 'F6_request_cut':
        throw new TypeError(UNREACHABLE)
      case 'F2_answer_lost':
        await this.arrive(process, request)
        throw new TypeError('connection reset')
      case 'F3_doubled':
        return this.doubled(process, request)
      case 'F4_late':
        this.late.push(request)
        throw new TypeError('timed out')
      case 'F8_slow':
        this.pass(60_000 + this.chance.below(120_000))
        return this.arrive(process, request)
      case 'F34_commit_fails':
        return this.serve(request, true)
      case 'F27_dies_after_commit':
        await this.arrive(process, request)
        this.server.crash()
        throw new TypeError('connection reset')
      default:
        return this.altered(fate, process, request)
    }
  }

  private async altered(fate: Fate, process: Process, request: Request): Promise<Answer> {
    const portal = { status: 200, text: '<html>请登录</html>', headers: { 'Content-Type': 'text/html' } }
    switch (fate) {
      case 'F6_answer_cut': {
        const answer = await this.arrive(process, request)
        return { ...answer, text: answer.text.slice(0, this.chance.below(answer.text.length)) }
      }
      case 'F7_request_flipped':
        return this.arrive(process, { ...request, body: flipped(request.body, this.chance) })
      case 'F7_answer_flipped': {
        const answer = await this.arrive(process, request)
        return { ...answer, text: String(flipped(answer.text, this.chance)) }
      }
      case 'F9_portal':
        return portal
      case 'F9_redirect':
        return { ...portal, status: this.chance.pick([0, 302, 511]) }
      case 'F9_portal_json':
        return json(200, this.chance.pick([{}, { result: 'ok' }, null, { receipt: {} }, []]))
      case 'F9_answer_of_another':
        return this.lastAnswer
      case 'F11_busy':
        return problem(this.chance.pick([429, 500, 502, 503, 504, 408]), 'busy')
      case 'F11_busy_with_order':
        return problem(this.chance.pick([429, 503]), 'busy', { 'Retry-After': this.chance.pick(['1', '30', '3600', '99999999']) })
      case 'F12_signed_out':
        return problem(401, 'not_signed_in')
      case 'F13_too_large':
        return { ...portal, status: this.chance.pick([413, 403, 404]) }
      case 'refused':
        return problem(422, 'incomplete')
      default:
        return this.arrive(process, request)
    }
  }

  /** A commit and its answer, with time for others in between. */
  private async arrive(process: Process, request: Request): Promise<Answer> {
    const commit = this.server.receive(request)
    if (typeof commit !== 'function') return commit
    await process.turn()
    return commit(false)
  }

  /** Twice, side by side. */
  private async doubled(process: Process, request: Request): Promise<Answer> {
    const both = [this.server.receive(request), this.server.receive(request)]
    await process.turn()
    const answers = both.map((commit) => (typeof commit === 'function' ? commit(false) : commit))
    return this.chance.pick(answers)
  }

  private serve(request: Request, isLost = false): Answer {
    const commit = this.server.receive(request)
    return typeof commit === 'function' ? commit(isLost) : commit
  }
}

/** One bit, and still as long as announced. */
function flipped(body: string | ArrayBuffer | null, chance: Chance): string | ArrayBuffer | null {
  if (body === null || body === '') return body
  if (typeof body === 'string') {
    const at = chance.below(body.length)
    return body.slice(0, at) + String.fromCharCode(body.charCodeAt(at) ^ (1 << chance.below(3))) + body.slice(at + 1)
  }
  const bytes = new Uint8Array(body.slice(0))
  const at = chance.below(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8))
  return bytes.buffer
}
