import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

import { messagesInHtml } from './vite.messages.ts'
import { noForeignHosts } from './vite.hosts.ts'
import { precompress } from './vite.precompress.ts'
import { publish } from './vite.publish.ts'
import { routesForServer } from './vite.routes.ts'
import { staticPages } from './vite.static.ts'

// The oldest browsers that citizens bring: WeChat's WebView on an eight-year-old
// phone, and iOS 12.  Both load ES modules with dynamic import and import.meta.
const oldest = ['chrome78', 'safari12']

export default defineConfig({
  plugins: [
    vue(),
    messagesInHtml(),
    staticPages('../build/centers.html'),
    noForeignHosts(),
    precompress(),
    publish('../build/web'),
    routesForServer('../build/pages.conf'),
  ],

  // Relative, so that one build serves under any path: the server says which by <base>.
  base: './',

  build: {
    outDir: `../build/web.${process.pid}`, // publish() moves it
    emptyOutDir: true,
    target: oldest,
    cssTarget: oldest,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy has no data: URLs
    reportCompressedSize: false,
  },

  server: { proxy: { '/api': process.env.LEGALNET_URL ?? 'http://localhost:8080' } },

  test: { include: ['tests/**/*.test.ts'] },
})
