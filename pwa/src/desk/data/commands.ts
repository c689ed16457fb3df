import { onScopeDispose } from 'vue'
import { commandOf, type Command } from '@/desk/logic/keys'
import { areKeysOn } from './prefs'

/** Pages say what a key does while they are on screen; the newest page is asked first. */
type Handlers = Partial<Record<Command, () => unknown>>
const stack: Handlers[] = []

export function useCommands(handlers: Handlers): void {
  stack.push(handlers)
  onScopeDispose(() => { stack.splice(stack.indexOf(handlers), 1) })
}

export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return
    const command = commandOf(event, areKeysOn.value)
    const handlers = command && stack.findLast((one) => one[command])
    if (!handlers) return
    event.preventDefault()
    handlers[command]?.()
  }
  document.addEventListener('keydown', onKey)
  return () => { document.removeEventListener('keydown', onKey) }
}
