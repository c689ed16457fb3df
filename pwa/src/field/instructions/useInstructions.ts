import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Instruction } from '@/contract'
import { account } from '@/core/account'
import { api } from '@/core/api'

const KEPT = 'instructions'
const OPENED = 'instructions_opened'
const MOST = 50

export interface Instructions {
  rows: ShallowRef<Instruction[]>
  isOffline: Ref<boolean>
  /** From the phone, at once. */
  read(): Promise<void>
  /** From the server, after telling it what was opened without signal; without it the copy stays. */
  load(): Promise<void>
  /** Opened: told to the server now, or with the next `load`. */
  open(id: string): Promise<void>
}

/** What was sent to this person; the copy lies on the phone, to be read without signal. */
export function useInstructions(): Instructions {
  const rows = shallowRef<Instruction[]>([])
  const isOffline = ref(false)

  async function load(): Promise<void> {
    await tellOpened()
    const { data } = await api.GET('/api/instructions', { params: { query: { limit: MOST } } }).catch(() => ({ data: undefined }))
    isOffline.value = !data
    if (data) await keep(data.items)
  }
  async function keep(items: Instruction[]): Promise<void> {
    rows.value = items
    await account().db.meta.put({ key: KEPT, value: items }).catch(() => undefined)
  }
  async function open(id: string): Promise<void> {
    const one = rows.value.find((row) => row.id === id)
    if (one?.mine.every((mine) => mine.read_at)) return
    await setOpened([...new Set([...(await opened()), id])])
    await load()
  }
  return {
    rows,
    isOffline,
    load,
    open,
    async read() {
      rows.value = ((await kept(KEPT)) as Instruction[] | undefined) ?? rows.value
    },
  }
}

const kept = async (key: string): Promise<unknown> => (await account().db.meta.get(key).catch(() => undefined))?.value
const opened = async (): Promise<string[]> => ((await kept(OPENED)) as string[] | undefined) ?? []
const setOpened = (ids: string[]): Promise<unknown> => account().db.meta.put({ key: OPENED, value: ids }).catch(() => undefined)

/** What could not be told stays in the list; what is not mine any more is nobody's to tell. */
async function tellOpened(): Promise<void> {
  const left: string[] = []
  const ids = await opened()
  for (const id of ids) {
    const answer = await api.PUT('/api/instructions/{instruction_id}/read', { params: { path: { instruction_id: id } } }).catch(() => null)
    if (!answer || (!answer.response.ok && answer.response.status !== 404)) left.push(id)
  }
  if (left.length < ids.length) await setOpened(left)
}
