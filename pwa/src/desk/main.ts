import '@/core/trusted'
import '@/words/desk'
import '@/tokens/tokens.css'
import '@/ui/base.css'
import './desk.css'
import { createApp } from 'vue'
import { startSettings } from '@/core/settings'
import { startWords } from '@/words'
import App from './App.vue'
import { createDesk } from './router'

async function start(): Promise<void> {
  startSettings()
  await startWords()
  createApp(App).use(createDesk()).mount('#app')
  // Most pages have one: it must not come later than the page and push it down.
  requestIdleCallback(() => void import('@/ui/Pick.vue'))
}

void start()
