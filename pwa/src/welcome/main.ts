import '@/core/trusted'
import '@/words/welcome'
import '@/tokens/tokens.css'
import '@/ui/base.css'
import { createApp } from 'vue'
import { startWords } from '@/words'
import App from './App.vue'

async function start(): Promise<void> {
  await startWords()
  createApp(App).mount('#app')
}

void start()
