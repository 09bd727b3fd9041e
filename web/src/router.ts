import { ref } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'

import { mount } from './api.ts'
import { openBook, textOf, type Book, type MessageKey } from './messages.ts'
import HomePage from './pages/HomePage.vue'
import SearchPage from './pages/SearchPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    title: string // a message key
    nav?: MessageKey // its name in the header; without one it does not stand there
    foot?: MessageKey // its name in the footer
    book?: Book | readonly Book[] // where its texts stand, beside those of every page
    needs?: string // 'signed-in', 'staff', or a permission: SessionGate.vue
    below?: string // the page of the desk's menu that it belongs to
    quickExit?: boolean // a page that somebody at home must not see: 紧急离开, and a neutral title
  }
}

// The build reads the paths from here, so that the server knows them (vite.routes.ts).
export const router = createRouter({
  history: createWebHistory(mount.pathname),

  routes: [
    {
      path: '/',
      name: 'home',
      component: HomePage,
      meta: { title: '', nav: 'home.nav' },
    },
    {
      path: '/practitioners',
      name: 'practitioners',
      component: SearchPage,
      props: { kind: 'practitioners' },
      meta: { title: 'search.people', nav: 'tabs.practitioners' },
    },
    {
      path: '/organizations',
      name: 'organizations',
      component: SearchPage,
      props: { kind: 'organizations' },
      meta: { title: 'search.offices', nav: 'tabs.organizations' },
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
      path: '/practitioners/:id(\\d+)/card',
      name: 'practitioner-card',
      component: () => import('./pages/PractitionerCardPage.vue'),
      props: true,
      meta: { title: 'card.title' },
    },
    {
      path: '/organizations/:id(\\d+)/card',
      name: 'organization-card',
      component: () => import('./pages/OrganizationCardPage.vue'),
      props: true,
      meta: { title: 'card.title' },
    },
    {
      path: '/sites',
      name: 'sites',
      component: () => import('./pages/SitesPage.vue'),
      meta: { title: 'sites.title', nav: 'sites.nav' },
    },
    {
      path: '/sites/:code(\\d+)',
      name: 'place',
      component: () => import('./pages/PlacePage.vue'),
      props: true,
      meta: { title: 'sites.title' },
    },
    {
      path: '/network',
      name: 'network',
      component: () => import('./pages/NetworkPage.vue'),
      meta: { title: 'network.title', foot: 'network.title', nav: 'network.nav' },
    },
    {
      path: '/family',
      name: 'family',
      component: () => import('./pages/FamilyPage.vue'),
      meta: { title: 'family.title', quickExit: true },
    },
    {
      path: '/privacy',
      name: 'privacy',
      component: () => import('./pages/PrivacyPage.vue'),
      meta: { title: 'privacy.title', foot: 'privacy.title' },
    },
    {
      path: '/accessibility',
      name: 'accessibility',
      component: () => import('./pages/AccessibilityPage.vue'),
      meta: { title: 'accessibility.title', foot: 'accessibility.title' },
    },
    {
      path: '/developers',
      name: 'developers',
      component: () => import('./pages/DevelopersPage.vue'),
      meta: { title: 'developers.title', foot: 'developers.title' },
    },
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./pages/account/SignInPage.vue'),
      props: { way: 'code' },
      meta: { title: 'signIn.title', book: 'account' },
    },
    {
      path: '/sign-in/password',
      name: 'sign-in-password',
      component: () => import('./pages/account/SignInPage.vue'),
      props: { way: 'password' },
      meta: { title: 'signIn.title', book: 'account' },
    },
    {
      path: '/sign-in/staff',
      name: 'sign-in-staff',
      component: () => import('./pages/account/SignInPage.vue'),
      props: { way: 'staff' },
      meta: { title: 'signIn.staffTitle', book: 'account' },
    },
    {
      path: '/register',
      name: 'register',
      component: () => import('./pages/account/RegisterPage.vue'),
      meta: { title: 'register.title', book: 'account' },
    },
    {
      path: '/account',
      name: 'account',
      component: () => import('./pages/account/AccountPage.vue'),
      meta: { title: 'account.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/sessions',
      name: 'sessions',
      component: () => import('./pages/account/SessionsPage.vue'),
      meta: { title: 'sessions.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/password',
      name: 'password',
      component: () => import('./pages/account/PasswordPage.vue'),
      meta: { title: 'password.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/phone',
      name: 'phone',
      component: () => import('./pages/account/PhonePage.vue'),
      meta: { title: 'phone.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/sign-in/step',
      name: 'factor-step',
      component: () => import('./pages/account/FactorStepPage.vue'),
      meta: { title: 'factor.step', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/factor',
      name: 'factor',
      component: () => import('./pages/account/FactorPage.vue'),
      meta: { title: 'factor.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/person',
      name: 'person',
      component: () => import('./pages/account/PersonPage.vue'),
      meta: { title: 'person.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/data',
      name: 'data',
      component: () => import('./pages/account/DataPage.vue'),
      meta: { title: 'data.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/access',
      name: 'access',
      component: () => import('./pages/account/AccessPage.vue'),
      meta: { title: 'access.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/proxies',
      name: 'proxies',
      component: () => import('./pages/account/ProxiesPage.vue'),
      meta: { title: 'proxy.title', book: 'account', needs: 'signed-in' },
    },
    {
      path: '/account/contact',
      name: 'contact',
      component: () => import('./pages/account/ContactPage.vue'),
      meta: { title: 'contact.title', book: 'account', needs: 'signed-in', quickExit: true },
    },
    {
      path: '/staff',
      name: 'staff',
      component: () => import('./pages/staff/StaffPage.vue'),
      meta: { title: 'staff.title', book: 'staff', needs: 'staff' },
    },
    {
      path: '/staff/accounts',
      name: 'accounts',
      component: () => import('./pages/staff/AccountsPage.vue'),
      meta: { title: 'accounts.title', book: 'staff', needs: 'account.read' },
    },
    {
      path: '/staff/accounts/new',
      name: 'account-new',
      component: () => import('./pages/staff/AccountNewPage.vue'),
      meta: { title: 'accountNew.title', book: 'staff', needs: 'account.create' },
    },
    {
      path: '/staff/accounts/:id([0-9a-f-]+)',
      name: 'staff-account',
      component: () => import('./pages/staff/AccountPage.vue'),
      props: true,
      meta: { title: 'accounts.one', book: 'staff', needs: 'account.read', below: 'accounts' },
    },
    {
      path: '/staff/accounts/:id([0-9a-f-]+)/grant',
      name: 'grant-new',
      component: () => import('./pages/staff/GrantNewPage.vue'),
      props: true,
      meta: { title: 'grantNew.title', book: 'staff', needs: 'grant.write', below: 'accounts' },
    },
    {
      path: '/staff/grants',
      name: 'grants',
      component: () => import('./pages/staff/GrantsPage.vue'),
      meta: { title: 'grants.title', book: 'staff', needs: 'grant.read' },
    },
    {
      path: '/staff/roles',
      name: 'roles',
      component: () => import('./pages/staff/RolesPage.vue'),
      meta: { title: 'roles.title', book: 'staff', needs: 'role.read' },
    },
    {
      path: '/staff/why',
      name: 'why',
      component: () => import('./pages/staff/WhyPage.vue'),
      meta: { title: 'why.title', book: 'staff', needs: 'grant.read' },
    },
    {
      path: '/staff/audit',
      name: 'audit',
      component: () => import('./pages/staff/AuditPage.vue'),
      meta: { title: 'audit.title', book: 'staff', needs: 'audit.read' },
    },
    {
      path: '/staff/entry-reports',
      name: 'entry-reports',
      component: () => import('./pages/staff/ReportsPage.vue'),
      meta: { title: 'reports.title', book: 'staff', needs: 'entry_report.settle' },
    },
    {
      path: '/staff/proposals',
      name: 'proposals',
      component: () => import('./pages/staff/ProposalsPage.vue'),
      meta: { title: 'proposals.title', book: 'staff', needs: 'directory.confirm' },
    },
    {
      path: '/staff/notices',
      name: 'notices',
      component: () => import('./pages/staff/NoticesPage.vue'),
      meta: { title: 'notices.title', book: 'staff', needs: 'notice.read' },
    },
    {
      path: '/staff/persons',
      name: 'persons',
      component: () => import('./pages/staff/PersonsPage.vue'),
      meta: { title: 'persons.title', book: ['account', 'staff'], needs: 'person.read' },
    },
    {
      path: '/staff/persons/new',
      name: 'person-new',
      component: () => import('./pages/staff/PersonNewPage.vue'),
      meta: {
        title: 'personNew.title',
        book: ['account', 'staff'],
        needs: 'person.create',
        below: 'persons',
      },
    },
    {
      path: '/staff/persons/:id([0-9a-f-]+)',
      name: 'staff-person',
      component: () => import('./pages/staff/PersonPage.vue'),
      props: true,
      meta: {
        title: 'persons.one',
        book: ['account', 'staff'],
        needs: 'person.read',
        below: 'persons',
      },
    },
    {
      path: '/staff/proxies',
      name: 'staff-proxies',
      component: () => import('./pages/staff/ProxiesPage.vue'),
      meta: { title: 'proxies.title', book: ['account', 'staff'], needs: 'proxy.confirm' },
    },
    {
      path: '/staff/directory',
      name: 'directory',
      component: () => import('./pages/staff/DirectoryPage.vue'),
      meta: { title: 'directory.title', book: 'staff', needs: 'directory.edit' },
    },
    {
      path: '/staff/organizations/:id(\\d+)',
      name: 'organization-edit',
      component: () => import('./pages/staff/OrganizationEditPage.vue'),
      props: true,
      meta: {
        title: 'entry.title',
        book: 'staff',
        needs: 'directory.edit',
        below: 'directory',
      },
    },
    {
      path: '/staff/practitioners/:id(\\d+)',
      name: 'practitioner-edit',
      component: () => import('./pages/staff/PractitionerEditPage.vue'),
      props: true,
      meta: {
        title: 'entry.title',
        book: 'staff',
        needs: 'directory.edit',
        below: 'directory',
      },
    },
    {
      path: '/staff/practitioners/:id(\\d+)/propose',
      name: 'propose',
      component: () => import('./pages/staff/ProposePage.vue'),
      props: true,
      meta: {
        title: 'propose.title',
        book: 'staff',
        needs: 'directory.propose',
        below: 'my-proposals',
      },
    },
    {
      path: '/staff/my-proposals',
      name: 'my-proposals',
      component: () => import('./pages/staff/MyProposalsPage.vue'),
      meta: { title: 'myProposals.title', book: 'staff', needs: 'directory.propose' },
    },
    {
      path: '/staff/roles/new',
      name: 'role-new',
      component: () => import('./pages/staff/RolePage.vue'),
      meta: { title: 'role.new', book: 'staff', needs: 'role.write', below: 'roles' },
    },
    {
      path: '/staff/roles/:id(\\d+)',
      name: 'role',
      component: () => import('./pages/staff/RolePage.vue'),
      props: true,
      meta: { title: 'role.edit', book: 'staff', needs: 'role.write', below: 'roles' },
    },
    {
      path: '/staff/rules',
      name: 'rules',
      component: () => import('./pages/staff/RulesPage.vue'),
      meta: { title: 'rules.title', book: 'staff', needs: 'rule.read' },
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

/** What the page is about, for whoever lists or shares it. */
export function setDescription(description = textOf('site.description') ?? '') {
  document.querySelector('meta[name=description]')?.setAttribute('content', description)
}

// A page comes with its texts; without them it counts as not come.
router.beforeResolve(async (to) => {
  for (const book of ([] as Book[]).concat(to.meta.book ?? [])) await openBook(book)
})

let moved = false

router.afterEach((to, from, failure) => {
  if (failure) return
  broken.value = false
  if (from.matched.length && to.path !== from.path) moved = true
  setTitle(textOf(to.meta.title) ?? '')
  setDescription()
})

/**
 * Reading begins at the heading of a new page; but the first page that somebody
 * opens begins at its top, and who already went on keeps his place.
 */
export function focusHeading(heading: HTMLElement) {
  const now = document.activeElement
  if (moved && (!now || now === document.body || now.id === 'main')) {
    heading.focus({ preventScroll: true })
  }
}

/** The file of a page did not come, or the page broke while it was made. */
export const broken = ref(false)

let wanted = ''

router.onError((_, to) => {
  broken.value = true
  wanted = to.path === router.currentRoute.value.path ? '' : router.resolve(to).href
})

/** Opens the page that broke once more, from the server; without a network it stays as it is. */
export function openAgain() {
  if (navigator.onLine === false) return
  if (wanted) window.location.assign(wanted)
  else window.location.reload()
}
