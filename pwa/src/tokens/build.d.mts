export function read(): unknown
export function css(tokens: unknown): string
export function ts(tokens: unknown): string
