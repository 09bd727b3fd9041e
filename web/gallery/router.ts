import { defineComponent, h } from 'vue'
import { createRouter, createWebHashHistory } from 'vue-router'

import GalleryList from './GalleryList.vue'

/** One page for each file of states/; its name is its address. */
const files = import.meta.glob<{ default: object }>('./states/*.vue')

export const names = Object.keys(files).map((file) => file.replace(/^.*\/(.*)\.vue$/, '$1'))

const nowhere = defineComponent({ render: () => h('p', 'A link of a component led here.') })

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {
      path: '/',
      name: 'list',
      component: GalleryList,
      meta: { title: '', nav: 'missing.home', foot: 'developers.title' },
    },
    ...Object.entries(files).map(([file, component], index) => ({
      path: `/${names[index]}`,
      name: names[index]!,
      component,
      meta: { title: file, quickExit: names[index] === 'QuickExit' },
    })),
    {
      path: '/elsewhere/:rest(.*)*',
      alias: '/organizations',
      name: 'organizations',
      component: nowhere,
      meta: { title: '', nav: 'tabs.organizations' },
    },
  ],
})
