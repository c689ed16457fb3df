import type { paths } from '@/contract/api'

/** A list of the API that can also be fetched as a sheet. */
export type Listed = keyof { [Path in keyof paths as Path extends `${infer List}/export.xlsx` ? List : never]: true }

type Asked = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>

/** Where the sheet of a list is, with the filter in force; what is empty is left out. */
export function fileOf(list: Listed, asked: Asked = {}, of: Readonly<Record<string, string>> = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    for (const each of [value ?? []].flat()) if (each !== '') given.append(name, String(each))
  }
  const path = list.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(of[name] ?? ''))
  return `${path}/export.xlsx${given.size ? `?${given}` : ''}`
}
