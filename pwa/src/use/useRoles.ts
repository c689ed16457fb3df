import type { Role } from '@/contract'
import { useSession } from './useSession'
import { useWords } from './useWords'

/** What a role is called here: by the county's scheme where it has a name of its own, else in the product's words. */
export function useRoles(): { roleName(role: string): string } {
  const { wordFor, lang } = useWords()
  const { county } = useSession()
  // a session kept from an older version has no labels
  const own = (role: string): string | undefined => (lang.value === 'zh' ? (county.value?.labels as Partial<Record<Role, string>> | undefined)?.[role as Role] : undefined)
  return { roleName: (role) => own(role) ?? wordFor(`role.${role}`) ?? role }
}
