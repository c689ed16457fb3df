import {
  createRouter,
  createWebHistory,
  START_LOCATION,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type RouteRecordRaw,
} from 'vue-router'
import { lacksSecondFactor, loadMe, session } from '@/core/session'
import { engine } from './engine'
import HomePage from './home/HomePage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** One of the five pages with the menu below. */
    isTab?: boolean
    /** Can be seen without a person. */
    isOpen?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', component: HomePage, meta: { isTab: true } },
  { path: '/cases', component: () => import('./cases/CasesPage.vue'), meta: { isTab: true } },
  { path: '/patrols', component: () => import('./patrols/PatrolsPage.vue'), meta: { isTab: true } },
  { path: '/visit/:id?', component: () => import('./visit/VisitPage.vue'), props: true },
  { path: '/pending', component: () => import('./pending/PendingPage.vue'), meta: { isTab: true } },
  { path: '/mine', component: () => import('./mine/MinePage.vue'), meta: { isTab: true } },
  { path: '/report/:id?', component: () => import('./report/ReportPage.vue'), props: true },
  { path: '/case/:id', component: () => import('./case/CasePage.vue'), props: true },
  { path: '/case/:id/verify', component: () => import('./case/VerifyPage.vue'), props: true },
  { path: '/case/:id/recheck', component: () => import('./case/RecheckPage.vue'), props: true },
  { path: '/case/:id/:action', component: () => import('./case/ActPage.vue'), props: true },
  { path: '/accident/:id?', component: () => import('./accident/AccidentPage.vue'), props: true },
  { path: '/errand/:id?', component: () => import('./errand/ErrandPage.vue'), props: true },
  { path: '/errands', component: () => import('./errand/ErrandsPage.vue') },
  { path: '/accidents', component: () => import('./accident/AccidentsPage.vue') },
  { path: '/instructions', component: () => import('./instructions/InstructionsPage.vue') },
  { path: '/instructions/:id', component: () => import('./instructions/InstructionPage.vue'), props: true },
  { path: '/appeals', component: () => import('./appeals/AppealsPage.vue') },
  { path: '/appeals/new/:id?', component: () => import('./appeals/NewAppealPage.vue'), props: true },
  { path: '/appeals/:id', component: () => import('./appeals/AppealPage.vue'), props: true },
  { path: '/situations', component: () => import('./situations/SituationsPage.vue') },
  { path: '/situations/:id', component: () => import('./situations/SituationPage.vue'), props: true },
  { path: '/library', component: () => import('./library/LibraryPage.vue') },
  { path: '/library/:id', component: () => import('./library/DocumentPage.vue'), props: true },
  { path: '/duties', component: () => import('./duties/DutiesPage.vue') },
  { path: '/ledger', component: () => import('./ledger/LedgerPage.vue') },
  { path: '/collect/:id?', component: () => import('./collect/CollectPage.vue'), props: true },
  { path: '/mine/inbox', component: () => import('./mine/InboxPage.vue') },
  { path: '/mine/phone', component: () => import('./mine/PhonePage.vue') },
  { path: '/mine/devices', component: () => import('./mine/DevicesPage.vue') },
  { path: '/mine/rescue', component: () => import('./mine/RescuePage.vue') },
  { path: '/mine/suggest', component: () => import('./mine/SuggestPage.vue') },
  { path: '/mine/leave', component: () => import('./mine/LeavePage.vue') },
  { path: '/password', component: () => import('./sign-in/PasswordPage.vue') },
  { path: '/join', component: () => import('./sign-in/JoinPage.vue'), meta: { isOpen: true } },
  { path: '/sign-in', component: () => import('./sign-in/SignInPage.vue'), meta: { isOpen: true } },
  { path: '/:rest(.*)', redirect: '/' },
]

export const router = createRouter({ history: createWebHistory('/field/'), routes })

/** Where somebody has to go first: signed out to the door, with a first password to change it. */
function detour(to: RouteLocationNormalized): RouteLocationRaw | null {
  const { me, isFresh } = session.get()
  if (!me) return to.meta.isOpen ? null : { path: '/sign-in', query: to.path === '/' ? {} : { to: to.fullPath } }
  return me.must_change_password && isFresh && to.path !== '/password' ? '/password' : null
}

/** The pages of the second step are the desk's; whoever is done there comes back. */
function leaveIfHalfSignedIn(): void {
  const { me, isFresh } = session.get()
  if (me && isFresh && lacksSecondFactor(me)) window.location.assign('/desk/')
}

/** Who has no copy here may still have a session: a visitor of the demo, a cleared phone. Asked once. */
let whoElse: Promise<unknown> | null = null

/**
 * An expired session stays in: capture goes on without a network. The start page waits for nothing, nor does
 * the door: nobody's account is open there.
 */
router.beforeEach(async (to, from) => {
  await (whoElse ??= session.get().me ? Promise.resolve(null) : loadMe())
  leaveIfHalfSignedIn()
  const away = detour(to)
  if (away) return away
  const isFirst = from === START_LOCATION && (to.path === '/' || to.meta.isOpen)
  if (!isFirst) await engine()
  return true
})
