import type { DutyOccurrence } from '@/contract'
import { chinaDate } from '@/core/clock'

/** Its last working day; over the holiday that follows, the last day of the period itself. */
export const dueDay = ({ standing, end, due_on }: Pick<DutyOccurrence, 'standing' | 'end' | 'due_on'>): string => (standing === 'due' && due_on >= chinaDate(Date.now()) ? due_on : end)
