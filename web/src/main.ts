import { createApp } from 'vue'

import App from './App.vue'
import { restoreElderMode } from './elder.ts'
import { reloadOnNewRelease } from './release.ts'
import { router } from './router.ts'
import './styles/index.css'

restoreElderMode()
reloadOnNewRelease()

const app = createApp(App).use(router)

// Mounted on its first page, and also when that page's file did not come: the
// header with the hotline stands in any case.
router
  .isReady()
  .catch(() => undefined)
  .then(() => app.mount('#app'))
