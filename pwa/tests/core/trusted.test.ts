import { describe, expect, it } from 'vitest'
import { trusted } from '@/core/trusted'

describe('trusted', () => {
  it('lets the pieces of Leaflet and our own worker through, and nothing else', () => {
    expect(trusted.createHTML('<svg/>')).toBe('<svg/>')
    expect(trusted.createScriptURL('/field/sw.js')).toBe('/field/sw.js')
    for (const markup of ['<b>x</b>', '<svg/onload=alert(1)>', ' ']) expect(trusted.createHTML(markup)).toBeNull()
    for (const address of ['/field/sw.js?x', 'https://evil.example/field/sw.js']) expect(trusted.createScriptURL(address)).toBeNull()
  })
})
