import { createHash } from 'node:crypto'

type Body = string | ArrayBuffer | null

export function hex(body: Body): string {
  return hashed(body).digest('hex')
}

/** As the header Content-Digest has it. */
export function digestOf(body: Body): string {
  return `sha-256=:${hashed(body).digest('base64')}:`
}

function hashed(body: Body) {
  return createHash('sha256').update(body instanceof ArrayBuffer ? new Uint8Array(body) : (body ?? ''))
}
