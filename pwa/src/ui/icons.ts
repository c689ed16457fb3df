/** Glyphs of 24 × 24, stroke 1.75, drawn for this product. `fill` is a soft area behind the line. */

export interface Glyph {
  line: string
  fill?: string
}

const circle = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`

const box = (x: number, y: number, w: number, h: number, r: number): string =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}` +
  `h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`

const dot = (x: number, y: number): string => `M${x} ${y}h.01`

const FLAME = 'M12 21c-3.9 0-6.5-2.6-6.5-6.1 0-4 3.6-5.6 3.9-10.9 2.7 1.2 4.3 3.3 4.5 6 .9-.5 1.4-1.2 1.6-2.2 2 1.9 3 4.3 3 7 0 3.6-2.6 6.2-6.5 6.2z'
const BOLT = 'M13.2 2.8 5.5 13.4h5.3l-1 7.8 7.7-10.7h-5.3z'
const BOTTLE = 'M9.5 6.5h5v1.8c2 .6 3 2 3 3.9V19a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-6.8c0-1.9 1-3.3 3-3.9z'
const TOWER = 'M4.5 20.5v-12l7-5v17zM11.5 9.5h8v11h-8z'
const CAR = 'M3.5 16.5v-3.7l2.2-.9 1.9-4.4a1.5 1.5 0 0 1 1.4-.9h6a1.5 1.5 0 0 1 1.4.9l1.9 4.4 2.2.9v3.7z'
const ROCKET = 'M7 9.5h5v11H7z'
const FLASK = 'M10 3.5v6L4.9 18a1.7 1.7 0 0 0 1.5 2.5h11.2a1.7 1.7 0 0 0 1.5-2.5L14 9.5v-6z'
const DROP = 'M12 3.5c3.3 4 5 6.7 5 9a5 5 0 0 1-10 0c0-2.3 1.7-5 5-9z'
const CLOUD = 'M7.2 18.5a4.2 4.2 0 0 1-.4-8.4 5.6 5.6 0 0 1 10.8 1.2 3.65 3.65 0 0 1-.4 7.2z'
const CAMERA = 'M5 7.5h2.7l1.5-2.4h5.6l1.5 2.4H19a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V9A1.5 1.5 0 0 1 5 7.5z'
const PIN = 'M12 21c4.3-4.4 6.5-7.7 6.5-10.6a6.5 6.5 0 0 0-13 0C5.5 13.3 7.7 16.6 12 21z'
const BELL = 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z'
const STAR = 'm12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z'

/** The ten pictures of the category tiles; names are those of `Category.icon`. */
const CATEGORIES = {
  fire: { line: `${FLAME}M12 21c-1.9 0-3-1.2-3-2.8 0-1.8 1.7-2.5 2.3-4.6 1.9 1.1 3.2 2.6 3.2 4.5 0 1.7-1 2.9-2.5 2.9z`, fill: FLAME },
  electricity: { line: BOLT, fill: BOLT },
  gas: { line: `${BOTTLE}M10 6.5v-3h4v3M6.5 14h11`, fill: BOTTLE },
  building: { line: `${TOWER}M3 20.5h18M15.5 3.5 14 6.2l2 1.3-1.3 2M7.5 11.5h1M7.5 15.5h1M14.5 13h2M14.5 16.5h2`, fill: TOWER },
  traffic: { line: `${CAR}${circle(7.5, 17, 1.7)}${circle(16.5, 17, 1.7)}M5.7 11.9h12.6M12 6.6v5.3`, fill: CAR },
  lift: { line: `${box(4.5, 3.5, 15, 17, 1.5)}M12 3.5v17M6.9 11 8.25 8.8 9.6 11M14.4 13.5l1.35 2.2 1.35-2.2`, fill: box(4.5, 3.5, 15, 17, 1.5) },
  fireworks: { line: `${ROCKET}M7 13h5M7 17h5M9.5 9.5V7.8c0-1.5 1-2.3 2.5-2.3M16.5 1.8v1.6M16.5 7.6v1.6M13.4 5.5h1M18.6 5.5h1.6M18.7 3.3l-.7.7M18.7 7.7l-.7-.7M14.5 20.5h5`, fill: ROCKET },
  chemicals: { line: `${FLASK}M8.5 3.5h7M7.3 14h9.4${dot(10.5, 17.2)}${dot(13.7, 16.6)}`, fill: 'M7.3 14h9.4l2.4 4a1.7 1.7 0 0 1-1.5 2.5H6.4A1.7 1.7 0 0 1 4.9 18z' },
  water: { line: `${DROP}M3.5 20c1.4 1.2 2.8 1.2 4.2 0 1.4 1.2 2.9 1.2 4.3 0 1.4 1.2 2.9 1.2 4.3 0 1.4 1.2 2.8 1.2 4.2 0M9.8 12.7a2.3 2.3 0 0 0 1.6 2.1`, fill: DROP },
  other: { line: `${circle(12, 12, 8.5)}${dot(8, 12)}${dot(12, 12)}${dot(16, 12)}`, fill: circle(12, 12, 8.5) },
} satisfies Record<string, Glyph>

const line = <Name extends string>(paths: Record<Name, string>): Record<Name, Glyph> =>
  Object.fromEntries(
    Object.entries<string>(paths).map(([name, path]) => [name, { line: path }]),
  ) as Record<Name, Glyph>

const SIGNS = line({
  home: 'M4 11.2 12 4.5l8 6.7M6 9.6v9.9h4.5v-5h3v5H18V9.6',
  cases: `${box(4.5, 4.5, 15, 15, 2)}M8 9h8M8 12.5h8M8 16h5`,
  person: `${circle(12, 8.2, 3.7)}M4.8 20c.7-3.9 3.4-6 7.2-6s6.5 2.1 7.2 6`,
  people: `${circle(9, 8.7, 3.2)}M2.8 19.5c.6-3.4 2.9-5.3 6.2-5.3s5.6 1.9 6.2 5.3M15.5 5.9a3.2 3.2 0 0 1 0 5.6M17.2 14.6c2.2.7 3.6 2.3 4 4.9`,
  back: 'm14.5 5-7 7 7 7',
  next: 'm9.5 5 7 7-7 7',
  down: 'm5 9.5 7 7 7-7',
  up: 'm5 14.5 7-7 7 7',
  close: 'm6 6 12 12M18 6 6 18',
  check: 'm4.5 12.8 5 5 10-11.3',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  search: `${circle(10.8, 10.8, 6.3)}M15.5 15.5l5 5`,
  filter: 'M4 6.5h16M7 12h10M10 17.5h4',
  more: `${dot(5.5, 12)}${dot(12, 12)}${dot(18.5, 12)}`,
  settings: `${circle(9, 7, 2.2)}${circle(15, 17, 2.2)}M3.5 7h3.3M11.2 7h9.3M3.5 17h9.3M17.2 17h3.3`,
  camera: `${CAMERA}${circle(12, 13, 3.5)}`,
  torch: 'M8 3.5h8l-.7 5.2-1.6 2.3v8.2a1.3 1.3 0 0 1-1.3 1.3h-.8a1.3 1.3 0 0 1-1.3-1.3V11L8.7 8.7zM8.4 6.5h7.2M12 13v1.8',
  album: `${box(3.5, 5, 17, 14, 2)}${circle(8.5, 9.7, 1.5)}M3.8 17l5.2-4.7 3.5 3 3-2.5 4.7 4`,
  retake: 'M4.5 9.5h9a6 6 0 0 1 0 12H9M8.5 5.5l-4 4 4 4',
  cloud: `${CLOUD}M12 16v-5M9.8 12.8 12 10.6l2.2 2.2`,
  cloud_done: `${CLOUD}M9.4 13.6l2 2 3.4-3.7`,
  cloud_off: `${CLOUD}M4 4l16.5 16.5`,
  clock: `${circle(12, 12, 8.5)}M12 7v5.2l3.5 2`,
  eye: `M2.8 12C5 8 8.2 6 12 6s7 2 9.2 6c-2.2 4-5.4 6-9.2 6s-7-2-9.2-6z${circle(12, 12, 2.7)}`,
  tick: `${circle(12, 12, 8.5)}M8.2 12.3l2.7 2.7 5-5.7`,
  undo: 'M8.5 5.5l-4 4 4 4M4.5 9.5h9a5.5 5.5 0 0 1 0 11H9',
  redo: 'M15.5 5.5l4 4-4 4M19.5 9.5h-9a5.5 5.5 0 0 0 0 11H15',
  returned: 'M19.5 19.5v-5a4 4 0 0 0-4-4h-11M8.7 6 4.5 10.5 8.7 15',
  inbox: 'M4 13.5 6.3 5.7A1.6 1.6 0 0 1 7.8 4.5h8.4a1.6 1.6 0 0 1 1.5 1.2L20 13.5V18a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18zM4 13.5h4.5l1.2 2.2h4.6l1.2-2.2H20',
  wrench: 'M14.3 9.7 5 19a2 2 0 0 1-2.8-2.8l9.3-9.3a4.7 4.7 0 0 1 6-4.2l-2.6 2.6.6 2.4 2.4.6 2.6-2.6a4.7 4.7 0 0 1-6.2 4z',
  merge: 'M7 4.5v4c0 3 2 4 5 5.5v6M17 4.5v4c0 3-2 4-5 5.5M9 17.5l3 3 3-3',
  void: `${circle(12, 12, 8.5)}M6.2 6.2l11.6 11.6`,
  draft: 'M13.5 4.5H6.8A1.8 1.8 0 0 0 5 6.3v11.4a1.8 1.8 0 0 0 1.8 1.8h10.4a1.8 1.8 0 0 0 1.8-1.8V11M8.5 15.5l.5-2.7 8.6-8.6 2.2 2.2-8.6 8.6z',
  archive: `${box(3.5, 4.5, 17, 4.5, 1)}M5 9v9a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 18V9M9.5 12.5h5`,
  pin: `${PIN}${circle(12, 10.3, 2.4)}`,
  phone: 'M8.6 4H5.7A1.6 1.6 0 0 0 4.1 5.7 15.5 15.5 0 0 0 18.3 19.9a1.6 1.6 0 0 0 1.7-1.6v-2.9l-4.3-1.6-1.9 2a12 12 0 0 1-5.6-5.6l2-1.9z',
  bell: `${BELL}M10 18.5a2 2 0 0 0 4 0`,
  trash: 'M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.8 13h9.4l.8-13M10.3 10.5v5.5M13.7 10.5v5.5',
  edit: 'm4.5 19.5.9-4L16 4.9l3.1 3.1L8.5 18.6zM13.5 7.4l3.1 3.1',
  sun: `${circle(12, 12, 3.8)}M12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M18.5 5.5l-1.4 1.4M6.9 17.1l-1.4 1.4`,
  moon: 'M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8z',
  text_size: 'M2.8 18.5 7.3 7.5l4.5 11M4.4 14.8h5.8M13 18.5 17.1 5.5h.3l4.1 13M14.3 14.5h5.8',
  language: `${circle(12, 12, 8.5)}M3.5 12h17M12 3.5c-2.4 2.4-3.6 5.2-3.6 8.5s1.2 6.1 3.6 8.5c2.4-2.4 3.6-5.2 3.6-8.5S14.4 5.9 12 3.5z`,
  download: 'M12 4v11M7.5 10.8 12 15.3l4.5-4.5M4.5 19.5h15',
  upload: 'M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 19.5h15',
  warning: `M12 4 2.8 19.5h18.4zM12 10v4.5${dot(12, 17)}`,
  info: `${circle(12, 12, 8.5)}M12 11v5.5${dot(12, 7.8)}`,
  question: `${circle(12, 12, 8.5)}M9.5 9.7a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 1.8${dot(12, 16.6)}`,
  lock: `${box(5, 10.5, 14, 10, 2)}M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2`,
  sign_out: 'M10 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h4M15 8l4 4-4 4M19 12H9.5',
  device: `${box(7, 2.8, 10, 18.4, 2)}${dot(12, 18)}`,
  storage: 'M4.5 6.5c0-1.5 3.3-2.7 7.5-2.7s7.5 1.2 7.5 2.7-3.3 2.7-7.5 2.7-7.5-1.2-7.5-2.7zM4.5 6.5v11c0 1.5 3.3 2.7 7.5 2.7s7.5-1.2 7.5-2.7v-11M4.5 12c0 1.5 3.3 2.7 7.5 2.7s7.5-1.2 7.5-2.7',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4.3h-4.3',
  star: STAR,
  send: 'M4 12 20 4.5l-5 15-3.5-5.8zM11.5 13.7 20 4.5',
  comment: 'M5.5 4.5h13A1.5 1.5 0 0 1 20 6v9.5a1.5 1.5 0 0 1-1.5 1.5H12l-4.5 3.5V17h-2A1.5 1.5 0 0 1 4 15.5V6a1.5 1.5 0 0 1 1.5-1.5zM8 9h8M8 12.5h5',
  place: 'M4 20.5V10l1.5-5.5h13L20 10v10.5zM4 10c0 3.3 5.3 3.3 5.3 0 0 3.3 5.4 3.3 5.4 0 0 3.3 5.3 3.3 5.3 0M9.5 20.5V15.5h5v5',
  link: 'M13.5 4.5h6v6M19.5 4.5l-8.5 8.5M17.5 13.5V18a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4.5',
  map: 'm3.5 6.5 5.5-2 6 2 5.5-2v13l-5.5 2-6-2-5.5 2zM9 4.5v13M15 6.5v13',
  print: 'M7 8.5v-5h10v5M7 17H4.5A1 1 0 0 1 3.5 16V9.5a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1V16a1 1 0 0 1-1 1H17M7 14h10v6.5H7z',
  keyboard: `${box(2.8, 6, 18.4, 12, 2)}${dot(6.5, 10)}${dot(10.2, 10)}${dot(13.8, 10)}${dot(17.5, 10)}M8 14.2h8`,
  table: `${box(3.5, 4.5, 17, 15, 2)}M3.5 9.5h17M3.5 14.5h17M9.5 9.5v10`,
  compare: `${box(3.5, 5, 17, 14, 2)}M12 3v18`,
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.7 7.4 7 9 4.3-1.6 7-4.7 7-9V6zm-3.2 8.6 2.3 2.3 4.2-4.7',
  fall: `M3.5 20.5v-14h8v14${circle(17, 6, 1.8)}M17 10v8.5M14 15.5l3 3 3-3`,
  flag: 'M5.5 21V4.5M5.5 5h12.3l-2.6 4 2.6 4H5.5',
})

export const ICONS = { ...CATEGORIES, ...SIGNS }
export type IconName = keyof typeof ICONS
export const CATEGORY_ICONS = Object.keys(CATEGORIES) as (keyof typeof CATEGORIES)[]

export const isIcon = (name: string): name is IconName => Object.hasOwn(ICONS, name)
