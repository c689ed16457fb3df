import type { VisitView } from '@/contract'

type Page = { items: VisitView[]; next: string | null }
/** Some thirty pages of paper; whoever wants more prints grid by grid or month by month. */
export const MOST = 500

/** Page by page, newest first as they come; in the order in which they were made, for a book. */
export async function readBook(find: (cursor?: string) => Promise<Page>): Promise<{ rows: VisitView[]; isCut: boolean }> {
  const rows: VisitView[] = []
  let page = await find()
  rows.push(...page.items)
  while (page.next && rows.length < MOST) {
    page = await find(page.next)
    rows.push(...page.items)
  }
  return { rows: rows.slice(0, MOST).reverse(), isCut: rows.length > MOST || Boolean(page.next) }
}
