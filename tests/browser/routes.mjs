/* Every page of the site, with an address of each: the list is the router's own. */

import { readFileSync } from 'node:fs'

import { routePaths } from '../../web/vite.routes.ts'

const router = new URL('../../web/src/router.ts', import.meta.url)

const people = process.env.LEGALNET_PRACTITIONER
const offices = process.env.LEGALNET_ORGANIZATION
const wenzhou = '330300'

/** What stands for a parameter, by the part of the path before it. */
const samples = {
  practitioners: people,
  organizations: offices,
  sites: wenzhou,
  accounts: process.env.LEGALNET_ACCOUNT ?? '0',
  persons: process.env.LEGALNET_PERSON ?? '0',
  roles: '5', // the clerk
}

function address(path) {
  return path.replace(/(\w+)\/:\w+(\([^)]*\))?/g, (_, before) => {
    if (!samples[before]) throw new Error(`${path}: no sample for a page below ${before}/`)
    return `${before}/${samples[before]}`
  })
}

const source = readFileSync(router, 'utf8')

/** What the router says a page needs: the route's text reaches to the next path. */
function needs(path) {
  const route = source.slice(source.indexOf(`path: '${path}'`)).split(/\n    \{\n/)[0]
  return /needs: '([\w.-]+)'/.exec(route)?.[1]
}

/** [{ path, address, needs }]; the address is relative to the site. */
export const routes = [...new Set(routePaths(source))].map((path) => ({
  path,
  address: `.${address(path)}`,
  needs: needs(path),
}))
