/** SHA-256 by the browser, in the shapes that the contract asks for. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export async function sha256Hex(data: ArrayBuffer | Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  let hex = ''
  for (const byte of new Uint8Array(digest)) hex += HEX[byte] ?? ''
  return hex
}

/** `Content-Digest` of RFC 9530 from a hex SHA-256. */
export function contentDigest(hex: string): string {
  const pairs = hex.match(/../g) ?? []
  const binary = pairs.map((pair) => String.fromCharCode(parseInt(pair, 16))).join('')
  return `sha-256=:${btoa(binary)}:`
}

/** In chunks: a photo of 12 MB in one call would overflow the stack. */
export function toBase64(bytes: ArrayBuffer): string {
  const view = new Uint8Array(bytes)
  let binary = ''
  for (let from = 0; from < view.length; from += 0x8000) {
    binary += String.fromCharCode(...view.subarray(from, from + 0x8000))
  }
  return btoa(binary)
}

export function fromBase64(text: string): ArrayBuffer {
  const binary = atob(text)
  const view = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) view[at] = binary.charCodeAt(at)
  return view.buffer
}
