import { hash } from 'node:crypto'

type Body = string | ArrayBuffer | null

export function hex(body: Body): string {
  return hash('sha256', bytesOf(body), 'hex')
}

/** As the header Content-Digest has it. */
export function digestOf(body: Body): string {
  return `sha-256=:${hash('sha256', bytesOf(body), 'base64')}:`
}

function bytesOf(body: Body): string | Uint8Array {
  return body instanceof ArrayBuffer ? new Uint8Array(body) : (body ?? '')
}
