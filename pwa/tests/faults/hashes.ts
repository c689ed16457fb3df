import { hash } from 'node:crypto'

type Body = string | ArrayBuffer | null

/** Pictures are looked at after every step, and nobody changes their bytes in place. */
const known = new WeakMap<ArrayBuffer, string>()
/** The last body: a request is hashed by everybody whom it passes. */
let latest = { text: '', hex: hash('sha256', '', 'hex') }

export function hex(body: Body): string {
  return body instanceof ArrayBuffer ? hexOfBytes(body) : hexOfText(body ?? '')
}

/** As the header Content-Digest has it. */
export function digestOf(body: Body): string {
  return `sha-256=:${Buffer.from(hex(body), 'hex').toString('base64')}:`
}

function hexOfBytes(bytes: ArrayBuffer): string {
  const before = known.get(bytes)
  if (before !== undefined) return before
  const found = hash('sha256', new Uint8Array(bytes), 'hex')
  known.set(bytes, found)
  return found
}

function hexOfText(text: string): string {
  if (latest.text !== text) latest = { text, hex: hash('sha256', text, 'hex') }
  return latest.hex
}
