/** Right and wrong as line drawings of 72 × 48, drawn for this product; the words stand beside them. */
export interface Pair {
  wrong: string
  right: string
}

const box = (x: number, y: number, w: number, h: number): string => `M${x} ${y}h${w}v${h}h${-w}z`
const ring = (x: number, y: number, r: number): string => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
const floor = 'M4 44h64'

const DOOR = `${floor}${box(22, 6, 28, 38)}M36 6v38`
const FLAME = (x: number, y: number): string => `M${x} ${y}c-5 0-7-3-7-6 0-5 5-6 5-12 5 3 9 7 9 12 0 4-3 6-7 6z`
const CYLINDER = (x: number): string => `M${x} 44v-22c0-4 2-6 5-6s5 2 5 6v22zM${x + 3} 16v-5h4v5M${x} 28h10`
const PERSON = (x: number, y: number): string => `${ring(x, y, 3)}M${x} ${y + 3}v8`
const WHEELS = `${ring(18, 40, 4)}${ring(52, 40, 4)}`
const CART = `M10 34h52M24 34V20h34v14M10 34v-6l8-6h6${WHEELS}`
const GAUGE = `${ring(36, 12, 8)}M30 24h12l4 8v12H26V32zM36 20v4M30 18l-2 2M44 18l-2 2`
const BIKE = `${ring(14, 40, 4)}${ring(32, 40, 4)}M14 40l6-10h8l4 10M20 30l-2-5h-3M28 30l3-6`
const POLES = 'M10 44V8M62 44V8M6 12h8M58 12h8M10 12c18 7 34 7 52 0'
const HOUSE = `${floor}M40 44V18l14-8 14 8v26`
const LIFT = `${floor}${box(16, 6, 40, 38)}M36 6v38M26 24l-3-5-3 5zM49 20l3 5 3-5z`

export const CHECK_PICTURES: Record<string, Pair> = {
  exit: {
    wrong: `${DOOR}M30 24h12M30 24v-4M42 24v-4${box(32, 24, 8, 7)}M34 24v-2a2 2 0 0 1 4 0v2`,
    right: `${floor}${box(22, 6, 28, 38)}M50 6l12 6v36M26 26h16M36 20l6 6-6 6`,
  },
  extinguisher: { wrong: `${GAUGE}M36 12l-5 3M14 10l8 8M22 10l-8 8`, right: `${GAUGE}M36 12l1-6M50 12l4 4 8-8` },
  lift: { wrong: `${LIFT}${box(58, 10, 12, 10)}M60 12l8 6M68 12l-8 6`, right: `${LIFT}${box(58, 10, 12, 10)}M60 15l3 3 5-5` },
  fuel: {
    wrong: `${floor}${box(6, 22, 30, 22)}M10 22v-4M32 22v-4M12 30h18${FLAME(20, 16)}M46 44V22h18v22zM46 29h18M46 37h18M50 22v-4h6`,
    right: `${floor}${box(6, 22, 30, 22)}M10 22v-4M32 22v-4M12 30h18${FLAME(20, 16)}M36 36h22V8M54 22h8M52 8h12`,
  },
  wall: {
    wrong: `${floor}${box(8, 6, 56, 38)}M26 44V24l6-6 8 4 6 8v14M8 18h14M48 18h16M8 30h16M50 30h14`,
    right: `${floor}${box(8, 6, 56, 38)}M8 18h56M8 30h56M24 6v12M48 6v12M36 18v12M20 30v14M52 30v14`,
  },
  road: {
    wrong: `${floor}M6 44V22M22 44V22M4 26h20M50 44V24M66 44V22M24 26l10 12M48 28l-6 12M50 28h18`,
    right: `${floor}M6 44V22M22 44V22M38 44V22M54 44V22M4 24h62M4 30h62`,
  },
  powerline: {
    wrong: `${floor}${POLES}M36 44V30M36 32c-12 0-12-10-5-12 0-8 10-8 10 0 8 2 7 12-5 12z`,
    right: `${floor}${POLES}M36 44v-6M36 40c-8 0-8-6-3-7 0-5 6-5 6 0 5 1 5 7-3 7z`,
  },
  signboard: {
    wrong: `${floor}${box(14, 22, 44, 22)}M14 6l40 12-3 9L11 15zM16 12l4 6M46 24l-2 6`,
    right: `${floor}${box(14, 22, 44, 22)}${box(12, 6, 48, 11)}M20 11h32M20 17v5M52 17v5`,
  },
  charging: {
    wrong: `${HOUSE}${box(50, 22, 8, 8)}M50 28c-14 0-18 2-22 4${BIKE}`,
    right: `${floor}${BIKE}M50 44V16h12v28zM53 22h6M50 30c-8 0-14-2-20 0M44 10h24M46 10l-4 6`,
  },
  stock: {
    wrong: `${floor}${box(8, 32, 14, 12)}${box(22, 32, 14, 12)}${box(36, 32, 14, 12)}${box(50, 32, 14, 12)}${box(8, 20, 14, 12)}${box(22, 20, 14, 12)}${box(36, 20, 14, 12)}${box(50, 20, 14, 12)}${box(15, 8, 14, 12)}${box(29, 8, 14, 12)}${box(43, 8, 14, 12)}`,
    right: `${floor}${box(14, 32, 14, 12)}${box(28, 32, 14, 12)}M50 14h14v18H50zM53 19h8M53 24h8`,
  },
  farmcart: { wrong: `${CART}${PERSON(32, 10)}${PERSON(41, 10)}${PERSON(50, 10)}`, right: `${CART}${box(28, 12, 12, 8)}${box(42, 12, 12, 8)}` },
  wiring: {
    wrong: `${floor}M8 8c20 2 6 20 24 18s2 18 22 14M8 12c10 18 30-6 34 12${box(46, 30, 18, 8)}M50 30v-5M55 30v-9M60 30v-5`,
    right: `${floor}M8 8h50M8 13h50M58 8v22M53 13v17${box(48, 30, 16, 8)}M54 34h4`,
  },
  panel: {
    wrong: `${floor}${box(24, 4, 24, 24)}M38 9l-5 8h5l-2 7${box(14, 32, 16, 12)}${box(30, 28, 16, 16)}${box(46, 34, 14, 10)}`,
    right: `${floor}${box(24, 4, 24, 24)}M38 9l-5 8h5l-2 7M12 44v-8M60 44v-8M12 38h48`,
  },
  cylinders: {
    wrong: `${floor}${CYLINDER(14)}${CYLINDER(26)}${FLAME(50, 44)}`,
    right: `${floor}${CYLINDER(6)}M4 34h16M26 38h26M30 34l-4 4 4 4M48 34l4 4-4 4${FLAME(62, 44)}`,
  },
}
