/**
 * The harness itself is tested: each of these mistakes, known from other systems, must be noticed. Those of
 * the phone are changes of the production source at build time; a change that no longer fits fails the run.
 */
import type { ServerBug } from './modelserver'

interface Change {
  file: string
  from: string
  to: string
}

export interface SeededBug {
  name: string
  server?: ServerBug[]
  phone?: Change[]
}

const RUN = 'core/outbox/run.ts'
const OUTCOME = 'core/outbox/outcome.ts'
const OWN = '{ id: item.itemId, sha256: item.sha256, seq: 1, received_at: "", mac: "m" }'

export const BUGS: SeededBug[] = [
  {
    name: 'pop before send',
    phone: [
      {
        file: RUN,
        from: 'const outcome = await send(item, this.deps, this.abort.signal)',
        to: `await this.deps.db.outbox.delete(item.seq)
    const outcome = await send(item, this.deps, this.abort.signal)
    if (outcome.is !== 'accepted') await this.deps.db.outbox.put(item)`,
      },
    ],
  },
  {
    name: 'any status is ok',
    phone: [
      {
        file: OUTCOME,
        from: "if (isForeign(status)) return unreachable('captive_portal', status)",
        to: `if (status >= 0) return { is: 'accepted', receipt: ${OWN}, hazard: null }`,
      },
    ],
  },
  {
    name: 'any 2xx is ok',
    phone: [
      {
        file: OUTCOME,
        from: "if (typeof receipt !== 'object' || receipt === null) return unreachable('captive_portal', status)",
        to: `if (receipt === undefined || receipt !== undefined) return { is: 'accepted', receipt: ${OWN}, hazard: null }`,
      },
    ],
  },
  { name: 'check then insert', server: ['check_then_insert'] },
  {
    name: 'new key per retry',
    phone: [
      {
        file: 'core/outbox/queue.ts',
        from: 'const claimed = { ...item, attempts: item.attempts + 1 }',
        to: `const itemId = item.attempts > 0 && item.kind !== 'photo' ? item.itemId.slice(0, -4) + String(1000 + item.attempts) : item.itemId
    const claimed = { ...item, attempts: item.attempts + 1, itemId, path: item.path.replaceAll(item.itemId, itemId) }`,
      },
    ],
  },
  { name: '24 h key', server: ['key_for_a_day'] },
  { name: 'ack before commit', server: ['answer_before_commit'] },
  {
    name: 'no photo hash',
    server: ['no_photo_hash'],
    phone: [
      {
        file: 'core/outbox/send.ts',
        from: "'Content-Digest': contentDigest(item.sha256),",
        to: "...(item.kind === 'photo' ? {} : { 'Content-Digest': contentDigest(item.sha256) }),",
      },
      { file: OUTCOME, from: 'same(receipt.sha256, item.sha256)', to: "(item.kind === 'photo' || same(receipt.sha256, item.sha256))" },
    ],
  },
  { name: 'background photo store', server: ['photo_in_background'] },
  { name: 'delete without verify', server: ['object_not_verified'] },
  {
    name: '7-day retention',
    phone: [
      {
        file: RUN,
        from: 'this.tried.add(item.seq)',
        to: `this.tried.add(item.seq)
      if (this.deps.now() - item.createdAt > 7 * 24 * 60 * 60_000) {
        await this.deps.db.outbox.delete(item.seq)
        continue
      }`,
      },
    ],
  },
  { name: 'relaxed durability', phone: [{ file: 'core/db.ts', from: "chromeTransactionDurability: 'strict'", to: "chromeTransactionDurability: 'relaxed'" }] },
  {
    name: 'missing blob skipped',
    phone: [
      {
        file: RUN,
        from: 'if (this.abort.signal.aborted && outcome.is',
        to: `if (outcome.is === 'refused' && outcome.problem.code === 'photo_missing') {
      await this.deps.db.outbox.delete(item.seq)
      return
    }
    if (this.abort.signal.aborted && outcome.is`,
      },
    ],
  },
  {
    name: 'bytes deleted at the receipt',
    phone: [
      {
        file: 'core/outbox/queue.ts',
        from: "if (item.kind === 'photo') await db.photos.update(item.itemId, { state: 'received' })",
        to: "if (item.kind === 'photo') await db.photos.delete(item.itemId)",
      },
      {
        file: 'core/outbox/queue.ts',
        from: 'const kept: ReceiptRow = {',
        to: "if (item.kind === 'photo') void db.bytes.delete(item.itemId)\n  const kept: ReceiptRow = {",
      },
    ],
  },
  {
    name: 'a full phone lets go at the receipt',
    phone: [
      {
        file: 'core/reconcile.ts',
        from: "if (status === 'complete') await outbox.letGo(item.seq)",
        to: "if (status === 'complete' || status === 'received') await outbox.letGo(item.seq)",
      },
    ],
  },
  {
    name: 'a full phone keeps everything',
    phone: [
      {
        file: 'core/reconcile.ts',
        from: "if (status === 'complete') await outbox.letGo(item.seq)",
        to: 'void outbox.letGo',
      },
    ],
  },
  {
    name: 'nobody compares the person',
    phone: [{ file: 'core/outbox/send.ts', from: "'X-Person': deps.personId,", to: '' }],
  },
  {
    name: 'a visit leaves its findings behind',
    phone: [{ file: 'core/outbox/compose.ts', from: 'return [lead, ...reports.flat()]', to: 'return [lead]' }],
  },
  {
    name: 'a visit that a restore has lost is not sent again',
    phone: [
      {
        file: 'core/reconcile.ts',
        from: "if (status === 'unknown') await sendAgain(deps, row)",
        to: "if (status === 'unknown' && row.kind !== 'visit') await sendAgain(deps, row)",
      },
    ],
  },
  {
    name: 'a task that is done comes back with an old answer',
    phone: [
      {
        file: 'core/pull.ts',
        from: 'hasList(task) && !waiting.has(task.id) && !gone.has(task.id)',
        to: 'hasList(task) && !waiting.has(task.id)',
      },
    ],
  },
  {
    name: 'an accident leaves its photos behind',
    phone: [
      {
        file: 'core/outbox/compose.ts',
        from: "return [lead, ...photos.map((row) => photoItem(composer, row, lead))]\n}\n\n/** On whose ground",
        to: "return [lead]\n}\n\n/** On whose ground",
      },
    ],
  },
  {
    name: 'an accident that a restore has lost is not sent again',
    phone: [
      {
        file: 'core/reconcile.ts',
        from: "if (status === 'unknown') await sendAgain(deps, row)",
        to: "if (status === 'unknown' && !row.kind.startsWith('accident')) await sendAgain(deps, row)",
      },
    ],
  },
  {
    name: 'dropped on a refusal',
    phone: [
      {
        file: RUN,
        from: 'await this.noted(() => queue.park(this.deps.db, item.seq, outcome.problem))',
        to: 'await this.deps.db.outbox.delete(item.seq)',
      },
    ],
  },
]
