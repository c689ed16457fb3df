import { account } from '@/core/account'
import { useSession } from '@/use/useSession'

/** My own grid, or the only one of my village; '' = the person has to choose. */
export function useOwnGrid(): () => Promise<string> {
  const { me } = useSession()
  return async () => {
    const own = me.value?.seats.find((seat) => seat.grid)?.grid?.id
    const all = await account().db.grids.toArray()
    return own ?? (all.length === 1 ? all[0]?.id : undefined) ?? ''
  }
}
