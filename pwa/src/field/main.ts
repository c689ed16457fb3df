import '@/core/trusted'
import '@/words/field'
import '@/tokens/tokens.css'
import '@/ui/base.css'
import { createApp } from 'vue'
import { startSession } from '@/core/session'
import { startSettings } from '@/core/settings'
import { startOffline } from '@/core/update'
import { startWords } from '@/words'
import App from './App.vue'
import { engine } from './engine'
import { router } from './routes'

async function start(): Promise<void> {
  startSettings()
  startSession()
  await startWords()
  createApp(App).use(router).mount('#app')
  await engine()
  await startOffline()
}

// A build that has gone from the server while this page was open: load the present one, at most once a minute.
addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem('reloaded') ?? 0) < 60_000) return
  sessionStorage.setItem('reloaded', String(Date.now()))
  event.preventDefault()
  location.reload()
})

void start()
