/** What survives a kill: the rows of one account's database, as IndexedDB keeps them. */
export type Key = string | number
export type Row = Record<string, unknown>

export interface TableSchema {
  name: string
  key: string
  isNumbered: boolean
  unique: string[]
}

interface Undo {
  table: string
  key: Key
  before: Row | undefined
}

/** A running readwrite transaction: its tables are closed to everybody else. */
export class Ongoing {
  isOver = false
  readonly undo: Undo[] = []
  constructor(
    readonly owner: object,
    readonly tables: readonly string[],
  ) {}
}

export class StorageError extends Error {
  constructor(name: string) {
    super(name)
    this.name = name
  }
}

export class Disk {
  private readonly rows = new Map<string, Map<Key, Row>>()
  private readonly numbers = new Map<string, number>()
  private readonly schemas = new Map<string, TableSchema>()
  /** Keys by value, of the indexes that allow a value once. */
  private readonly unique = new Map<string, Map<unknown, Key>>()
  private readonly ongoing = new Set<Ongoing>()
  private wakers: (() => void)[] = []
  /** Commits that a power loss takes away: only where the transaction asked for no fsync. */
  private unsynced: Undo[] = []
  /** What the quota refuses: nothing, new pictures, or every write. */
  full: 'no' | 'pictures' | 'all' = 'no'
  /** So many writes still fit before the quota refuses all; null = no such end is near. */
  writesLeft: number | null = null
  /** So many reads of a picture find nothing, and later ones do (WebKit). */
  blinks = 0

  constructor(
    schemas: TableSchema[],
    private readonly isStrict: boolean,
  ) {
    for (const schema of schemas) {
      this.schemas.set(schema.name, schema)
      this.rows.set(schema.name, new Map())
      for (const index of schema.unique) this.unique.set(`${schema.name}.${index}`, new Map())
    }
  }

  isClosed(tables: readonly string[]): boolean {
    if (this.ongoing.size === 0) return false
    for (const each of this.ongoing) if (tables.some((table) => each.tables.includes(table))) return true
    return false
  }

  released(): Promise<void> {
    return new Promise((wake) => this.wakers.push(wake))
  }

  begin(owner: object, tables: readonly string[]): Ongoing {
    const one = new Ongoing(owner, tables)
    this.ongoing.add(one)
    return one
  }

  commit(one: Ongoing): void {
    if (one.isOver) throw new StorageError('TransactionInactiveError')
    if (!this.isStrict) this.unsynced.push(...one.undo)
    else if (this.unsynced.length > 0) this.unsynced = []
    this.end(one)
  }

  abort(one: Ongoing): void {
    if (one.isOver) return
    this.takeBack(one.undo)
    this.end(one)
  }

  /** The browser is dead: what it had not committed has never been. */
  abortAllOf(owner: object): void {
    for (const one of [...this.ongoing]) if (one.owner === owner) this.abort(one)
  }

  /** The system writes its buffers when it likes. */
  sync(): void {
    this.unsynced = []
  }

  losePower(): void {
    this.takeBack(this.unsynced)
    this.unsynced = []
  }

  read(table: string, key: Key): Row | undefined {
    return this.table(table).get(key)
  }

  all(table: string): Iterable<[Key, Row]> {
    return this.table(table).entries()
  }

  rowsOf(table: string): Iterable<Row> {
    return this.table(table).values()
  }

  /** Of a unique index. */
  find(table: string, index: string, value: unknown): Row | undefined {
    const key = this.indexOf(table, index).get(value)
    return key === undefined ? undefined : this.table(table).get(key)
  }

  count(table: string): number {
    return this.table(table).size
  }

  write(one: Ongoing, table: string, row: Row, isNew: boolean): Key {
    const { key: keyPath, isNumbered, unique } = this.schemaOf(table)
    this.checkRoom(table)
    const isNumberless = isNumbered && row[keyPath] === undefined
    const kept = frozen(isNumberless ? { ...row, [keyPath]: this.nextNumber(table) } : row) as Row
    const key = kept[keyPath] as Key
    if (key === undefined || key === null) throw new StorageError('DataError')
    if (typeof key === 'number' && isNumbered) this.numbers.set(table, Math.max(this.numbers.get(table) ?? 0, key))
    const before = this.table(table).get(key)
    if (isNew && before !== undefined) throw new StorageError('ConstraintError')
    for (const index of unique) this.checkUnique(table, index, kept, key)
    one.undo.push({ table, key, before })
    this.set(table, key, kept)
    return key
  }

  remove(one: Ongoing, table: string, key: Key): void {
    const before = this.table(table).get(key)
    if (before === undefined) return
    one.undo.push({ table, key, before })
    this.set(table, key, undefined)
  }

  /** Behind everybody's back: a cell of the flash has died. */
  corrupt(table: string, key: Key, change: (row: Row) => Row | undefined): void {
    const row = this.table(table).get(key)
    if (!row) return
    const rotten = change(row)
    this.set(table, key, rotten && (frozen(rotten) as Row))
  }

  schemaOf(table: string): TableSchema {
    const schema = this.schemas.get(table)
    if (!schema) throw new StorageError('NotFoundError')
    return schema
  }

  tableNames(): string[] {
    return [...this.schemas.keys()]
  }

  private table(name: string): Map<Key, Row> {
    return this.rows.get(name) ?? fail(name)
  }

  private checkRoom(table: string): void {
    if (this.writesLeft !== null) this.writesLeft -= 1
    const isPicture = table === 'bytes' || table === 'thumbs'
    const isFull = this.full === 'all' || (this.full === 'pictures' && isPicture)
    if (isFull || (this.writesLeft !== null && this.writesLeft < 0)) throw new StorageError('QuotaExceededError')
  }

  private nextNumber(table: string): number {
    const next = (this.numbers.get(table) ?? 0) + 1
    this.numbers.set(table, next) // also if the transaction is taken back: a number is never given twice
    return next
  }

  private indexOf(table: string, index: string): Map<unknown, Key> {
    return this.unique.get(`${table}.${index}`) ?? fail(index)
  }

  private checkUnique(table: string, index: string, row: Row, key: Key): void {
    const other = this.indexOf(table, index).get(row[index])
    if (other !== undefined && other !== key) throw new StorageError('ConstraintError')
  }

  /** The only place where a row comes, changes or goes. */
  private set(table: string, key: Key, row: Row | undefined): void {
    const rows = this.table(table)
    for (const index of this.schemaOf(table).unique) {
      const keys = this.indexOf(table, index)
      const before = rows.get(key)
      if (before) keys.delete(before[index])
      if (row) keys.set(row[index], key)
    }
    if (row) rows.set(key, row)
    else rows.delete(key)
  }

  private takeBack(undo: Undo[]): void {
    for (const { table, key, before } of undo.toReversed()) this.set(table, key, before)
  }

  private end(one: Ongoing): void {
    one.isOver = true
    this.ongoing.delete(one)
    if (this.wakers.length === 0) return
    const { wakers } = this
    this.wakers = []
    for (const wake of wakers) wake()
  }
}

function fail(name: string): never {
  throw new StorageError(`NotFoundError: ${name}`)
}

/**
 * Structured clone of what these rows hold, frozen: so a reader may have the row itself, and whoever
 * changes it in place is found out. Buffers are never changed in place by anybody.
 */
export function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer || Object.isFrozen(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map(frozen))
  const made: Row = { ...value }
  for (const name in made) {
    const part = made[name]
    if (typeof part === 'object' && part !== null) made[name] = frozen(part)
  }
  return Object.freeze(made)
}
