/** What may become markup or the address of a script in our pages: these pieces and nothing else.
 *
 * The server demands Trusted Types. Vue brings a policy of its own for its templates; whatever
 * else hands a plain string to the browser's parser comes past here and is refused unless named. */

/** Leaflet asks what the browser can draw, empties its boxes, and labels its two buttons. */
const MARKUP = new Set(['', '<svg/>', '<span aria-hidden="true">+</span>', '<span aria-hidden="true">&#x2212;</span>'])
const SCRIPTS = new Set(['/field/sw.js'])

export const trusted = {
  createHTML: (text: string): string | null => (MARKUP.has(text) ? text : null),
  createScriptURL: (address: string): string | null => (SCRIPTS.has(address) ? address : null),
}

interface Factory {
  createPolicy: (name: string, rules: typeof trusted) => unknown
}
;(globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy('default', trusted)
