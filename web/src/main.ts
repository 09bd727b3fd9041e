import { createApp } from 'vue'

import App from './App.vue'
import { restoreElderMode } from './elder.ts'
import { watchIdle } from './idle.ts'
import { restoreLocale } from './messages.ts'
import { reloadOnNewRelease } from './release.ts'
import { router } from './router.ts'
import { restoreSession, watchSession } from './session.ts'
import './styles/index.css'

restoreElderMode()
reloadOnNewRelease()
watchSession()
watchIdle()
void restoreSession()

const app = createApp(App).use(router)

// Mounted on its first page and in its language, and also when the file of one of
// them did not come: the header with the hotline stands in any case.
Promise.all([restoreLocale(), router.isReady().catch(() => undefined)]).then(() =>
  app.mount('#app'),
)
