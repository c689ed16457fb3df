import { readonly, shallowRef, type ShallowRef } from 'vue'

export interface ToastAction {
  text: string
  run(): void | Promise<void>
}

export interface Toast {
  text: string
  action?: ToastAction
}

export interface ToastOptions {
  action?: ToastAction
  /** 0 = until cleared. Default 4 s; 5 s with an action (撤回). */
  ms?: number
}

const line = shallowRef<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** One quiet line at a time; a new one takes the place of the old. */
export function useToast(): {
  line: Readonly<ShallowRef<Toast | null>>
  toast(text: string, options?: ToastOptions): void
  clear(): void
} {
  return { line: readonly(line) as Readonly<ShallowRef<Toast | null>>, toast, clear }
}

function toast(text: string, options: ToastOptions = {}): void {
  const { action, ms = action ? 5_000 : 4_000 } = options
  clear()
  line.value = { text, ...(action ? { action } : {}) }
  if (ms > 0) timer = setTimeout(clear, ms)
}

function clear(): void {
  clearTimeout(timer)
  line.value = null
}
