import { computed, type ComputedRef } from 'vue'
import type { County, Me } from '@/contract'
import { changePassword, enterAs, loadMe, session, signIn, signOut } from '@/core/session'
import { useStore } from './useStore'

/** Who is signed in here, and what they may do. */
export function useSession(): {
  me: ComputedRef<Me | null>
  county: ComputedRef<County | null>
  isFresh: ComputedRef<boolean>
  /** 登录过期: capture goes on, nothing is sent. */
  isExpired: ComputedRef<boolean>
  mustChangePassword: ComputedRef<boolean>
  may(permission: string): boolean
  loadMe: typeof loadMe
  signIn: typeof signIn
  signOut: typeof signOut
  enterAs: typeof enterAs
  changePassword: typeof changePassword
} {
  const present = useStore(session)
  const me = computed(() => present.value.me)
  return {
    me,
    county: computed(() => me.value?.county ?? null),
    isFresh: computed(() => present.value.isFresh),
    isExpired: computed(() => present.value.isExpired),
    mustChangePassword: computed(() => me.value?.must_change_password ?? false),
    may: (permission) => me.value?.permissions.includes(permission) ?? false,
    loadMe,
    signIn,
    signOut,
    enterAs,
    changePassword,
  }
}
