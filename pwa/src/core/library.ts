import type { KeepDocument, LibraryDocument, LibraryKind, LibraryOwner, Problem, ReviseDocument, StepDocument } from '@/contract'
import { api, problemOf } from './api'
import { contentDigest, sha256Hex } from './hash'

/** 资料库: what desks and enterprises send, the same from either entry. */
export type Told<T> = { data: T } | { problem: Problem | null }

async function told<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<Told<T>> {
  const answer = await call.catch(() => null)
  if (!answer) return { problem: null }
  return answer.data === undefined ? { problem: problemOf(answer.error) } : { data: answer.data }
}

export const listKinds = (): Promise<Told<LibraryKind[]>> => told(api.GET('/api/library/kinds'))
export const findOwners = (words: string): Promise<Told<LibraryOwner[]>> => told(api.GET('/api/library/owners', { params: { query: { words } } }))
export const readDocument = (document_id: string): Promise<Told<LibraryDocument>> => told(api.GET('/api/library/{document_id}', { params: { path: { document_id } } }))
export const keepDocument = (document_id: string, body: KeepDocument): Promise<Told<LibraryDocument>> =>
  told(api.PUT('/api/library/{document_id}', { params: { path: { document_id } }, body }))
export const reviseDocument = (document_id: string, version: number, body: ReviseDocument): Promise<Told<LibraryDocument>> =>
  told(api.PUT('/api/library/{document_id}/versions/{version}', { params: { path: { document_id, version } }, body }))
export const stepDocument = (document_id: string, step_id: string, body: StepDocument): Promise<Told<LibraryDocument>> =>
  told(api.PUT('/api/library/{document_id}/steps/{step_id}', { params: { path: { document_id, step_id } }, body }))

/** The bytes as they are; the server looks what they are. */
export async function sendFile(file_id: string, file: File): Promise<Told<unknown>> {
  const digest = contentDigest(await sha256Hex(await file.arrayBuffer()))
  const call = api.PUT('/api/library/files/{file_id}', {
    params: { path: { file_id }, header: { 'content-digest': digest } },
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file as never,
    bodySerializer: (body) => body,
  })
  return told(call)
}

/** Saved under its title; the right is looked at anew each time. */
export const fileUrl = (id: string, version: number): string => `/api/library/${id}/versions/${version}/file`
