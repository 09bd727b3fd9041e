import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

import { precompress } from '../../../../web/vite.precompress.ts'

// Built like the portal: the same minifier, the same compression before it is served.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [vue(), precompress()],
  build: {
    outDir: '../../../../build/bench/page',
    emptyOutDir: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: ['full.html', 'used.html'].map((page) => `${import.meta.dirname}/${page}`),
    },
  },
})
