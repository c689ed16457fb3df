/**
 * A second copy of who is signed in, on the disk for certain: the browser writes localStorage when it
 * likes, and a phone whose battery dies must still know, offline, whose records it holds.
 */
const DATABASE = 'safegrid-device'
const TABLE = 'kept'
const KEY = 'me'

/** Never throws: a browser without storage has the first copy at least. */
export async function keepCopy(value: unknown): Promise<void> {
  await onTable('readwrite', (table) => table.put(value, KEY)).catch(() => undefined)
}

export async function forgetCopy(): Promise<void> {
  await onTable('readwrite', (table) => table.delete(KEY)).catch(() => undefined)
}

export async function readKept(): Promise<unknown> {
  return onTable('readonly', (table) => table.get(KEY)).catch(() => null)
}

async function onTable<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open()
  try {
    const transaction = db.transaction(TABLE, mode, { durability: 'strict' })
    const request = work(transaction.objectStore(TABLE))
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('aborted'))
    })
    return request.result
  } finally {
    db.close()
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = request.onblocked = () => reject(request.error ?? new Error('blocked'))
  })
}
