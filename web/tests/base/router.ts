/* A router with pages that name themselves for the header and the footer. */

import { h } from 'vue'
import { createMemoryHistory, createRouter, type RouteRecordRaw } from 'vue-router'

const page = (path: string, name: string, meta: object): RouteRecordRaw => ({
  path,
  name,
  component: { render: () => h('h1', name) },
  meta: { title: '', ...meta } as RouteRecordRaw['meta'],
})

export async function routerAt(path: string) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      page('/', 'home', {}),
      page('/practitioners', 'practitioners', { nav: 'tabs.practitioners' }),
      page('/organizations', 'organizations', { nav: 'tabs.organizations' }),
      page('/organizations/:id', 'organization', {}),
      page('/developers', 'developers', { foot: 'developers.title' }),
    ],
  })
  await router.push(path)
  return router
}
