// What opening a page costs, in Debian's chromium: requests, bytes, time to the first result.
//
//     node page.mjs ROUNDS NAME=URL …      one JSON line for each page and line
//
// Each visit has a fresh profile and an empty cache; pages take turns.
import { chromium } from 'playwright-core'

const [rounds, ...named] = process.argv.slice(2)
const pages = named.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])

const lines = {
  'no limit': { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
  '400 ms, 400 kbit/s': {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  },
}

/** Notes when the first result stands in the page, in milliseconds since it was asked for. */
function watch() {
  const look = () => {
    if (window.firstResult || !document.querySelector('.results .card, .result')) return
    window.firstResult = performance.now()
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}

async function visit(browser, url, conditions) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  try {
    const page = await context.newPage()
    const line = await context.newCDPSession(page)
    let requests = 0
    let bytes = 0
    line.on('Network.requestWillBeSent', () => requests++)
    line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    await line.send('Network.enable')
    await line.send('Network.setCacheDisabled', { cacheDisabled: true })
    await line.send('Network.emulateNetworkConditions', conditions)
    await page.addInitScript(watch)
    await page.goto(url, { timeout: 120_000 })
    await page.waitForFunction(() => window.firstResult, undefined, { timeout: 120_000 })
    const first = await page.evaluate(() => window.firstResult)
    await page.waitForLoadState('networkidle')
    return { requests, bytes, first }
  } finally {
    await context.close()
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
try {
  for (const [line, conditions] of Object.entries(lines)) {
    for (let round = 0; round < Number(rounds); round++) {
      for (const [name, url] of pages) {
        const seen = await visit(browser, url, conditions)
        console.log(JSON.stringify({ line, name, ...seen }))
      }
    }
  }
} finally {
  await browser.close()
}
