/*
 * Every component of the design system in all its states, for developers and for the
 * tests (tests/browser/gallery.test.mjs).  Not part of the portal: an own build.
 */

import { createApp } from 'vue'

import { restoreElderMode } from '../src/elder.ts'
import '../src/styles/index.css'
import GalleryApp from './GalleryApp.vue'
import { router } from './router.ts'

restoreElderMode()

const app = createApp(GalleryApp).use(router)
void router.isReady().then(() => app.mount('#app'))
