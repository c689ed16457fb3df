import { computed, shallowRef } from 'vue'
import type { Category, CountyMap, OrganizationView, Rules } from '@/contract'
import { api } from '@/core/api'
import { lang } from '@/words'
import { ask } from './ask'
import { readCountyMap } from './cases'

/** What changes seldom and every page needs: categories and other rules, bodies, the county's outline. */
export const rules = shallowRef<Rules | null>(null)
export const organizations = shallowRef<OrganizationView[]>([])
export const countyMap = shallowRef<CountyMap | null>(null)

export async function loadCatalog(): Promise<void> {
  const [known, bodies] = await Promise.allSettled([
    ask(api.GET('/api/rules')),
    ask(api.GET('/api/organizations')),
  ])
  if (known.status === 'fulfilled') rules.value = known.value
  if (bodies.status === 'fulfilled') organizations.value = bodies.value
}

export async function loadCountyMap(): Promise<void> {
  countyMap.value ??= await readCountyMap().catch(() => null)
}

export const categories = computed<Category[]>(() =>
  [...(rules.value?.categories ?? [])].sort((one, other) => one.position - other.position),
)

export const categoryOf = (code: string): Category | undefined =>
  rules.value?.categories.find((category) => category.code === code)

export function categoryName(code: string): string {
  const category = categoryOf(code)
  if (!category) return code
  return lang() === 'en' ? category.name_en : category.name
}

export const townships = computed(() => ofKind('township_subcentre'))
export const departments = computed(() => [...ofKind('safety_department'), ...ofKind('department')])

function ofKind(kind: OrganizationView['kind']): OrganizationView[] {
  return organizations.value.filter((body) => body.kind === kind && body.is_active)
}

export const bodyName = (id: string): string =>
  organizations.value.find((body) => body.id === id)?.short_name ?? '…'
