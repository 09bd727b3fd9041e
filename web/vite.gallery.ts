import { readFileSync } from 'node:fs'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

import { sampleRegions } from './gallery/sampleRegions.ts'

// The gallery stands under the same security policy as the portal.
const headers = readFileSync(new URL('../conf/security-headers.conf', import.meta.url), 'utf8')
const policy = /Content-Security-Policy "([^"]+)"/.exec(headers)![1]!

/** For developers only; `vite build` of the portal knows nothing of it. */
export default defineConfig({
  root: new URL('./gallery', import.meta.url).pathname,
  publicDir: '../public',
  plugins: [vue(), sampleRegions()],
  base: './',
  build: {
    outDir: '../../build/gallery',
    emptyOutDir: true,
    target: ['chrome78', 'safari12'],
    cssTarget: ['chrome78', 'safari12'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  preview: { headers: { 'Content-Security-Policy': policy } },
})
