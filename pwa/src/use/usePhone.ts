import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { phoneStatus, unsentOfOthers, type OtherAccount, type PhoneStatus } from '@/core/status'
import { session } from '@/core/session'
import { applyUpdate, holdUpdates, update, type UpdateState } from '@/core/update'
import { useStore } from './useStore'

/** 本机状态, and whether a new version waits. */
export function usePhone(): {
  status: Readonly<ShallowRef<PhoneStatus | null>>
  others: Readonly<ShallowRef<OtherAccount[]>>
  refresh(): Promise<void>
  update: Readonly<ShallowRef<UpdateState>>
  applyUpdate(): boolean
} {
  const status = shallowRef<PhoneStatus | null>(null)
  const others = shallowRef<OtherAccount[]>([])
  async function refresh(): Promise<void> {
    const [now, rest] = await Promise.all([phoneStatus(), unsentOfOthers(session.get().me?.id ?? null)])
    status.value = now
    others.value = rest
  }
  void refresh()
  return { status, others, refresh, update: useStore(update), applyUpdate }
}

/** While the component lives, no new version is applied: a draft is open. */
export function useHeldUpdate(): void {
  onScopeDispose(holdUpdates())
}
