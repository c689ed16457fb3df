/** Tables and collections of the memory database: each call is one that Dexie knows. */
import type { Disk, Key, Ongoing, Row } from './disk'

interface Connection {
  readonly disk: Disk
  call<T>(table: readonly [string], isWrite: boolean, work: (one: Ongoing) => T): Promise<T>
}

type Test = (row: Row) => boolean

export class MemoryTable {
  private readonly key: string
  private readonly own: readonly [string]

  constructor(
    private readonly db: Connection,
    readonly name: string,
  ) {
    this.key = db.disk.schemaOf(name).key
    this.own = [name]
  }

  get(key: Key): Promise<Row | undefined> {
    const { disk } = this.db
    return this.call(false, () => {
      const isUnseen = this.name === 'bytes' && disk.blinks > 0
      if (isUnseen) disk.blinks -= 1
      return isUnseen ? undefined : disk.read(this.name, key)
    })
  }

  bulkGet(keys: Key[]): Promise<(Row | undefined)[]> {
    return this.call(false, () => keys.map((key) => this.db.disk.read(this.name, key)))
  }

  put(row: Row): Promise<Key> {
    return this.call(true, (one) => this.db.disk.write(one, this.name, row, false))
  }

  add(row: Row): Promise<Key> {
    return this.call(true, (one) => this.db.disk.write(one, this.name, row, true))
  }

  bulkPut(rows: Row[]): Promise<Key | undefined> {
    return this.call(true, (one) => rows.map((row) => this.db.disk.write(one, this.name, row, false)).at(-1))
  }

  bulkAdd(rows: Row[]): Promise<Key | undefined> {
    return this.call(true, (one) => rows.map((row) => this.db.disk.write(one, this.name, row, true)).at(-1))
  }

  update(key: Key, change: Row): Promise<number> {
    return this.call(true, (one) => {
      const row = this.db.disk.read(this.name, key)
      if (!row) return 0
      this.db.disk.write(one, this.name, { ...row, ...change }, false)
      return 1
    })
  }

  delete(key: Key): Promise<void> {
    return this.call(true, (one) => this.db.disk.remove(one, this.name, key))
  }

  bulkDelete(keys: Key[]): Promise<void> {
    return this.call(true, (one) => keys.forEach((key) => this.db.disk.remove(one, this.name, key)))
  }

  clear(): Promise<void> {
    return this.toCollection().delete().then(() => undefined)
  }

  count(): Promise<number> {
    return this.call(false, () => this.db.disk.count(this.name))
  }

  toArray(): Promise<Row[]> {
    return this.toCollection().toArray()
  }

  toCollection(): MemoryCollection {
    return this.from(this.key, () => true)
  }

  filter(test: Test): MemoryCollection {
    return this.from(this.key, test)
  }

  orderBy(index: string): MemoryCollection {
    return this.from(index, (row) => isKey(row[index]))
  }

  where(index: string) {
    return {
      equals: (value: Key) => this.from(index, (row) => row[index] === value),
      anyOf: (values: Key[]) => this.from(index, (row) => values.includes(row[index] as Key)),
      between: (from: number, to: number, isFromIn: boolean, isToIn: boolean) =>
        this.from(index, (row) => isBetween(row[index], isFromIn ? from : from + 1, isToIn ? to : to - 1)),
      below: (limit: Key) => this.from(index, (row) => isKey(row[index]) && typeof row[index] === typeof limit && (row[index] as Key) < limit),
    }
  }

  call<T>(isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    return this.db.call(this.own, isWrite, work)
  }

  private from(index: string, test: Test): MemoryCollection {
    return new MemoryCollection(this, this.db.disk, this.key, index, test)
  }
}

class MemoryCollection {
  private isReversed = false

  constructor(
    private readonly table: MemoryTable,
    private readonly disk: Disk,
    private readonly key: string,
    private readonly index: string,
    private test: Test,
  ) {}

  and(more: Test): this {
    const { test } = this
    this.test = (row) => test(row) && more(row)
    return this
  }

  reverse(): this {
    this.isReversed = !this.isReversed
    return this
  }

  toArray(): Promise<Row[]> {
    return this.table.call(false, () => this.found())
  }

  primaryKeys(): Promise<Key[]> {
    return this.table.call(false, () => this.found().map((row) => row[this.key] as Key))
  }

  uniqueKeys(): Promise<Key[]> {
    return this.table.call(false, () => [...new Set(this.found().map((row) => row[this.index] as Key))])
  }

  async sortBy(name: string): Promise<Row[]> {
    return (await this.toArray()).sort((a, b) => compare(a[name] as Key, b[name] as Key))
  }

  count(): Promise<number> {
    return this.table.call(false, () => this.matching().length)
  }

  last(): Promise<Row | undefined> {
    return this.table.call(false, () => this.found().at(-1))
  }

  delete(): Promise<number> {
    return this.table.call(true, (one) => {
      const found = this.found()
      for (const row of found) this.disk.remove(one, this.table.name, row[this.key] as Key)
      return found.length
    })
  }

  modify(change: Row): Promise<number> {
    return this.table.call(true, (one) => {
      const found = this.found()
      for (const row of found) {
        this.disk.write(one, this.table.name, { ...row, ...change }, false)
      }
      return found.length
    })
  }

  private matching(): Row[] {
    const { test } = this
    const rows: Row[] = []
    for (const row of this.disk.rowsOf(this.table.name)) if (test(row)) rows.push(row)
    return rows
  }

  private found(): Row[] {
    const rows = this.matching()
    const { index, key } = this
    const inOrder = (a: Row, b: Row): number => compare(a[index] as Key, b[index] as Key) || compare(a[key] as Key, b[key] as Key)
    if (rows.length > 1) rows.sort(inOrder)
    return this.isReversed ? rows.reverse() : rows
  }
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

/** Of whole numbers. */
function isBetween(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && value >= from && value <= to
}

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0
}
