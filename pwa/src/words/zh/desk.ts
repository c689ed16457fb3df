/** Words of the desk entry, by part. */
import audit from './desk/audit'
import cases from './desk/cases'
import coverage from './desk/coverage'
import decide from './desk/decide'
import grids from './desk/grids'
import ledger from './desk/ledger'
import papers from './desk/papers'
import patrols from './desk/patrols'
import people from './desk/people'
import places from './desk/places'
import queues from './desk/queues'
import rules from './desk/rules'
import schemes from './desk/schemes'
import shell from './desk/shell'
import status from './desk/status'
import talk from './desk/talk'

export default { ...shell, ...audit, ...queues, ...cases, ...coverage, ...decide, ...grids, ...ledger, ...papers, ...patrols, ...people, ...places, ...rules, ...schemes, ...status, ...talk } as const
