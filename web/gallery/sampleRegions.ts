/* Answers for the region picker, so that the gallery needs no server. */

import type { Connect, Plugin } from 'vite'

const names: Record<string, [string, string][]> = {
  '': [
    ['330000', '浙江省'],
    ['510000', '四川省'],
  ],
  '330000': [
    ['330100', '杭州市'],
    ['330300', '温州市'],
  ],
  '330300': [
    ['330302', '鹿城区'],
    ['330328', '文成县'],
  ],
  '330328': [['330328100', '大峃镇']],
}

const paths: Record<string, string[]> = {
  '330000': ['330000'],
  '330100': ['330000', '330100'],
  '330300': ['330000', '330300'],
  '330302': ['330000', '330300', '330302'],
  '330328': ['330000', '330300', '330328'],
  '330328100': ['330000', '330300', '330328', '330328100'],
}

const answer: Connect.NextHandleFunction = (request, response, next) => {
  const url = new URL(request.url ?? '/', 'http://gallery')
  const hit = /^\/api\/v1\/regions(?:\/(\d+))?$/.exec(url.pathname)
  if (!hit) return next()

  const code = hit[1]
  const body = code
    ? { code, path: (paths[code] ?? []).map((step) => ({ code: step, name: step })) }
    : {
        items: (names[url.searchParams.get('parent') ?? ''] ?? []).map(([code, name]) => ({
          code,
          name,
        })),
        next: null,
      }
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(body))
}

export function sampleRegions(): Plugin {
  return {
    name: 'legalnet:sample-regions',
    configureServer: (server) => void server.middlewares.use(answer),
    configurePreviewServer: (server) => void server.middlewares.use(answer),
  }
}
