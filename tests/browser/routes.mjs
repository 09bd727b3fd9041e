/* Every page of the site, with an address of each: the list is the router's own. */

import { readFileSync } from 'node:fs'

import { routePaths } from '../../web/vite.routes.ts'

const router = new URL('../../web/src/router.ts', import.meta.url)

const people = process.env.LEGALNET_PRACTITIONER
const offices = process.env.LEGALNET_ORGANIZATION
const wenzhou = '330300'

/** What stands for a parameter, by the part of the path before it. */
const samples = { practitioners: people, organizations: offices, sites: wenzhou }

function address(path) {
  return path.replace(/(\w+)\/:\w+(\([^)]*\))?/g, (_, before) => {
    if (!samples[before]) throw new Error(`${path}: no sample for a page below ${before}/`)
    return `${before}/${samples[before]}`
  })
}

/** [{ path, address }]; the address is relative to the site. */
export const routes = [...new Set(routePaths(readFileSync(router, 'utf8')))].map((path) => ({
  path,
  address: `.${address(path)}`,
}))
