import { createRouter, createWebHistory } from 'vue-router'

import { mount } from './api.ts'
import { textOf, type MessageKey } from './messages.ts'
import SearchPage from './pages/SearchPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    title: string // a message key
    nav?: MessageKey // its name in the header; without one it does not stand there
    foot?: MessageKey // its name in the footer
    quickExit?: boolean // a page that somebody at home must not see: 紧急离开, and a neutral title
  }
}

export const router = createRouter({
  history: createWebHistory(mount.pathname),

  routes: [
    {
      path: '/',
      name: 'practitioners',
      alias: '/practitioners',
      component: SearchPage,
      props: { kind: 'practitioners' },
      meta: { title: 'search.title' },
    },
    {
      path: '/organizations',
      name: 'organizations',
      component: SearchPage,
      props: { kind: 'organizations' },
      meta: { title: 'search.title' },
    },
    {
      path: '/practitioners/:id(\\d+)',
      name: 'practitioner',
      component: () => import('./pages/PractitionerPage.vue'),
      props: true,
      meta: { title: 'practitioner.title' },
    },
    {
      path: '/organizations/:id(\\d+)',
      name: 'organization',
      component: () => import('./pages/OrganizationPage.vue'),
      props: true,
      meta: { title: 'organization.title' },
    },
    {
      path: '/developers',
      name: 'developers',
      component: () => import('./pages/DevelopersPage.vue'),
      meta: { title: 'developers.title', foot: 'developers.title' },
    },
    {
      path: '/:rest(.*)*',
      name: 'missing',
      component: () => import('./pages/MissingPage.vue'),
      meta: { title: 'missing.title' },
    },
  ],

  scrollBehavior(to, from, saved) {
    if (saved) return saved
    if (to.path === from.path) return false
    return { top: 0 }
  },
})

/** The title of the window: what the page shows, then whose page it is. */
export function setTitle(title: string) {
  document.title = [title, textOf('site.name')].filter(Boolean).join(' - ')
}

router.afterEach((to) => setTitle(textOf(to.meta.title) ?? ''))
