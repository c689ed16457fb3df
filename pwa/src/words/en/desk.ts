import type { Twin } from '@/words'
import type zh from '@/words/zh/desk'
import audit from './desk/audit'
import cases from './desk/cases'
import decide from './desk/decide'
import people from './desk/people'
import places from './desk/places'
import queues from './desk/queues'
import rules from './desk/rules'
import shell from './desk/shell'
import status from './desk/status'
import talk from './desk/talk'

export default { ...shell, ...audit, ...queues, ...cases, ...decide, ...people, ...places, ...rules, ...status, ...talk } satisfies Twin<typeof zh>
