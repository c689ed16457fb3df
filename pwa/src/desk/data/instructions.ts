import type { Instruction, InstructionAddressee, InstructionCandidates, SendInstruction } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export type Box = 'received' | 'sent'
export type Shown = 'all' | 'unread' | 'unanswered' | 'late'
const of = (instruction_id: string) => ({ path: { instruction_id } })

export const listInstructions = (box: Box, cursor?: string): Promise<{ items: Instruction[]; next: string | null }> =>
  ask(api.GET('/api/instructions', { params: { query: { box, ...(cursor && { cursor }) } } }))
export const readInstruction = (id: string): Promise<Instruction> => ask(api.GET('/api/instructions/{instruction_id}', { params: of(id) }))
export const noteRead = (id: string): Promise<Instruction> => ask(api.PUT('/api/instructions/{instruction_id}/read', { params: of(id) }))
export const findAddressable = (text: string): Promise<InstructionCandidates> =>
  ask(api.GET('/api/instructions/candidates', { params: { query: text ? { text } : {} } }))
/** The id stays the same however often the button is pressed. */
export const sendInstruction = (id: string, body: SendInstruction): Promise<Instruction> =>
  ask(api.PUT('/api/instructions/{instruction_id}', { params: of(id), body }))
export const listAddressees = (id: string, show: Shown, cursor?: string): Promise<{ items: InstructionAddressee[]; next: string | null }> =>
  ask(api.GET('/api/instructions/{instruction_id}/addressees', { params: { ...of(id), query: { show, ...(cursor && { cursor }) } } }))
/** `at`: when it was said, ISO; the same for every try. */
export const answerInstruction = (id: string, feedback_id: string, text: string, at: string): Promise<unknown> =>
  ask(api.PUT('/api/instructions/{instruction_id}/feedback/{feedback_id}', { params: { path: { instruction_id: id, feedback_id } }, body: { contract: 1, text, occurred_at: at } }))
export const remind = (id: string): Promise<Instruction> => ask(api.POST('/api/instructions/{instruction_id}/reminder', { params: of(id) }))
export const endInstruction = (id: string, how: 'closed' | 'withdrawn', reason = ''): Promise<Instruction> =>
  ask(api.POST('/api/instructions/{instruction_id}/end', { params: of(id), body: { how, reason } }))
