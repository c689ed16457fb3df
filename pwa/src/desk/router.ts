import type { Me } from '@/contract'
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw, type Router } from 'vue-router'
import { SEE_ACCIDENTS } from './data/accidents'
import { can, firstStep, INSTRUCTED, isForPhone, me, type Permission, recall, SEE_APPEALS, SEE_ASSESSMENTS, SEE_SITUATIONS } from './data/me'

declare module 'vue-router' {
  interface RouteMeta {
    isOpen?: boolean
    needs?: Permission[]
  }
}

const CASES: RouteRecordRaw[] = [
  { path: '', redirect: '/cases' },
  { path: 'cases/:id?', name: 'cases', component: () => import('./cases/CasesPage.vue') },
  { path: 'inbox', name: 'inbox', component: () => import('./talk/InboxPage.vue') },
  { path: 'suggestions', name: 'suggestions', component: () => import('./talk/SuggestionsPage.vue') },
  { path: 'account', name: 'account', component: () => import('./people/AccountPage.vue') },
]
const REGISTER: RouteRecordRaw[] = [
  { path: 'patrols/:part?/:id?', name: 'patrols', meta: { needs: ['patrol:see'] }, component: () => import('./patrols/PatrolsPage.vue') },
  { path: 'inspections/:id?', name: 'inspections', meta: { needs: ['inspection:see'] }, component: () => import('./inspections/InspectionsPage.vue') },
  { path: 'accidents/:id?', name: 'accidents', meta: { needs: SEE_ACCIDENTS }, component: () => import('./accidents/AccidentsPage.vue') },
  { path: 'instructions/:box?/:id?', name: 'instructions', meta: { needs: INSTRUCTED }, component: () => import('./instructions/InstructionsPage.vue') },
  { path: 'appeals/:id?', name: 'appeals', meta: { needs: SEE_APPEALS }, component: () => import('./appeals/AppealsPage.vue') },
  { path: 'situations/:id?', name: 'situations', meta: { needs: SEE_SITUATIONS }, component: () => import('./situations/SituationsPage.vue') },
  { path: 'assessments/:id?', name: 'assessments', meta: { needs: SEE_ASSESSMENTS }, component: () => import('./assessments/AssessmentsPage.vue') },
  { path: 'duties/:id?', name: 'duties', meta: { needs: ['duty:record'] }, component: () => import('./routine/RoutinePage.vue') },
  { path: 'library/:id?', name: 'library', component: () => import('./library/LibraryPage.vue') },
  { path: 'people/import', name: 'people-import', meta: { needs: ['people:import'] }, component: () => import('./people/ImportPage.vue') },
  { path: 'people/:id?', name: 'people', meta: { needs: ['people:see'] }, component: () => import('./people/PeoplePage.vue') },
  { path: 'trainings/standing', name: 'training-standing', meta: { needs: ['people:see'] }, component: () => import('./trainings/StandingPage.vue') },
  { path: 'trainings/:id?', name: 'trainings', meta: { needs: ['people:train'] }, component: () => import('./trainings/TrainingsPage.vue') },
  { path: 'ledger/import', name: 'ledger-import', meta: { needs: ['ledger:edit'] }, component: () => import('./ledger/ImportPage.vue') },
  { path: 'ledger/register', redirect: '/ledger/register/major_sources' },
  { path: 'ledger/register/:of', name: 'ledger-register', meta: { needs: ['ledger:edit', 'hazard:see_county'] }, component: () => import('./ledger/RegisterPage.vue') },
  { path: 'ledger/:id?', name: 'ledger', meta: { needs: ['ledger:edit', 'hazard:see_county'] }, component: () => import('./ledger/LedgerPage.vue') },
  { path: 'places', redirect: () => (can('people:see') || can('places:edit') ? '/places/grids' : '/places/readiness') },
  { path: 'places/organizations/:id?', name: 'organizations', meta: { needs: ['people:see', 'places:edit'] }, component: () => import('./places/OrganizationsPage.vue') },
  { path: 'places/readiness/:id?', name: 'readiness', meta: { needs: ['people:see', 'places:edit', 'grid:note'] }, component: () => import('./places/ReadinessPage.vue') },
  { path: 'places/grids/:id/handover', name: 'handover', meta: { needs: ['grid:hand_over'] }, component: () => import('./places/HandoverPage.vue') },
  { path: 'places/grids/:id/outline', name: 'outline', meta: { needs: ['places:draft'] }, component: () => import('./places/DrawPage.vue') },
  { path: 'places/outlines/import', name: 'outline-import', meta: { needs: ['places:edit'] }, component: () => import('./places/OutlineImportPage.vue') },
  { path: 'places/changes', name: 'changes', meta: { needs: ['people:see', 'places:edit'] }, component: () => import('./places/ChangesPage.vue') },
  { path: 'places/drafts/:id?', name: 'drafts', meta: { needs: ['places:draft', 'hazard:see_county'] }, component: () => import('./places/DraftsPage.vue') },
  { path: 'places/changes/new', name: 'new-change', meta: { needs: ['places:draft'] }, component: () => import('./places/NewChangePage.vue') },
  { path: 'places/changes/:id/undo', name: 'undo-change', meta: { needs: ['places:edit'] }, component: () => import('./places/UndoPage.vue') },
  { path: 'places/grids/:id?', name: 'grids', meta: { needs: ['people:see', 'places:edit'] }, component: () => import('./places/GridsPage.vue') },
  { path: 'audit', name: 'audit', meta: { needs: ['audit:read'] }, component: () => import('./audit/AuditPage.vue') },
  { path: 'rules/:part?', name: 'rules', meta: { needs: ['rules:edit'] }, component: () => import('./rules/RulesPage.vue') },
  { path: 'status', name: 'status', meta: { needs: ['status:see'] }, component: () => import('./status/StatusPage.vue') },
]
const ROUTES: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', meta: { isOpen: true }, component: () => import('./shell/SignInPage.vue') },
  { path: '/password', name: 'password', component: () => import('./shell/PasswordPage.vue') },
  { path: '/second-factor', name: 'second-factor', component: () => import('./shell/SecondFactorPage.vue') },
  { path: '/print/handovers/:id', name: 'handover-paper', meta: { needs: ['grid:hand_over'] }, component: () => import('./papers/HandoverPaper.vue') },
  { path: '/print/inspections/:id/:place?', name: 'inspection-paper', meta: { needs: ['inspection:see'] }, component: () => import('./papers/InspectionPaper.vue') },
  { path: '/print/accidents/:id', name: 'accident-paper', meta: { needs: SEE_ACCIDENTS }, component: () => import('./papers/AccidentPaper.vue') },
  { path: '/print/invitations', name: 'invitations', meta: { needs: ['people:edit'] }, component: () => import('./papers/InvitationsPaper.vue') },
  { path: '/print/changes', name: 'changes-paper', component: () => import('./papers/ChangesPaper.vue') },
  { path: '/print/visits', name: 'record-book', meta: { needs: ['patrol:see'] }, component: () => import('./papers/RecordBookPaper.vue') },
  { path: '/print/assessments/:id', name: 'assessment-paper', meta: { needs: SEE_ASSESSMENTS }, component: () => import('./papers/AssessmentPaper.vue') },
  { path: '/print/duties/:id', name: 'duty-paper', meta: { needs: ['duty:record'] }, component: () => import('./papers/DutyPaper.vue') },
  { path: '/print/:id', name: 'print', component: () => import('./case/PrintPage.vue') },
  { path: '/print/grids/:id/:paper', name: 'papers', component: () => import('./papers/PaperPage.vue') },
  { path: '/', component: () => import('./shell/Frame.vue'), children: [...CASES, ...REGISTER] },
  { path: '/:rest(.*)*', redirect: '/cases' },
]

export function createDesk(): Router {
  const router = createRouter({ history: createWebHistory('/desk/'), routes: ROUTES })
  let isRecalled = false
  router.beforeEach(async (to) => {
    if (!isRecalled) await recall()
    isRecalled = true
    if (to.meta.isOpen) return true
    return me.value ? placeFor(me.value, to) : { name: 'sign-in', query: { next: to.fullPath } }
  })
  return router
}

/** First what is missing of the sign-in, then the phone's people to the phone's entry, then what one may see. */
function placeFor(person: Me, to: RouteLocationNormalized): boolean | { name: string } {
  const first = firstStep(person)
  if (first) return to.name === first || { name: first }
  if (isForPhone(person) && to.name !== 'second-factor') {
    window.location.assign('/field/')
    return false
  }
  return !to.meta.needs || to.meta.needs.some(can) || { name: 'cases' }
}
