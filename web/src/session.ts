/*
 * Who is signed in, for all pages.  The browser keeps the tokens where scripts cannot
 * see them; what is kept here is only a note that there may be some, so that visitors
 * who never signed in are not asked about, and so that all windows follow a sign-out.
 */

import { computed, ref, shallowRef } from 'vue'

import * as api from './accountApi.ts'
import { mount } from './api.ts'
import { problemOfFailure, type Problem } from './problem.ts'
import { whenSessionEnds } from './renewal.ts'

export type SessionState = 'unknown' | 'nobody' | 'somebody' | 'failed'

const slot = 'legalnet.session'

export const me = shallowRef<api.Me>()
export const permissions = shallowRef<readonly string[]>([])
export const state = ref<SessionState>('unknown')
export const problem = shallowRef<Problem>()

/** The name in the header: staff by their login, citizens by the phone, half hidden. */
export const shownName = computed(() => me.value?.name ?? me.value?.phone ?? '')

function noted(): string | null {
  try {
    return window.localStorage.getItem(slot)
  } catch {
    return '' // no storage: the server is asked
  }
}

function note(session: string) {
  try {
    if (session) window.localStorage.setItem(slot, session)
    else window.localStorage.removeItem(slot)
  } catch {
    // as above
  }
}

function nobody() {
  me.value = undefined
  permissions.value = []
  problem.value = undefined
  state.value = 'nobody'
}

/** Nobody is signed in any more: the server said so, or one did it here. */
function over() {
  note('')
  nobody()
}

let turn = 0

/** Asks the server who this is; after a sign-in, and when rights may have changed. */
export async function loadSession(): Promise<void> {
  const mine = ++turn

  try {
    const who = await api.me()
    const grants = who.kind === 'staff' ? await api.myGrants() : undefined
    if (mine !== turn) return
    permissions.value = (grants?.permissions ?? []).map(({ code }) => code)
    me.value = who
    problem.value = undefined
    state.value = 'somebody'
    note(who.session)
  } catch (failure) {
    if (mine !== turn) return
    const refusal = problemOfFailure(failure)
    if (refusal.status === 401) {
      over()
      return
    }
    problem.value = refusal
    if (!me.value) state.value = 'failed'
  }
}

/** On the first page of a visit. */
export function restoreSession(): Promise<void> {
  if (noted() !== null) return loadSession()
  nobody()
  return Promise.resolve()
}

export function may(permission: string): boolean {
  return permissions.value.indexOf(permission) >= 0
}

/**
 * Away from here by the server: nothing of this session stays in the page, nor where
 * the back button leads.
 */
function leaveFor(path: string) {
  turn++
  over()
  window.location.replace(new URL(path, mount).href)
}

/** Ends this session, or all of them; throws when the server could not be reached. */
export async function signOut(everywhere = false): Promise<void> {
  try {
    if (everywhere) await api.endOtherSessions()
    await api.endSession()
  } catch (failure) {
    if (problemOfFailure(failure).status !== 401) throw failure
  }
  leaveFor('.')
}

/** Another window signed out, or in as somebody else. */
function onStorage(event: StorageEvent) {
  if (event.key !== slot && event.key !== null) return
  follow()
}

function follow() {
  const now = noted()
  if (now === null && state.value === 'somebody') nobody()
  else if (now && now !== me.value?.session) void loadSession()
}

/** A page that the browser kept may show what was there before a sign-out. */
function onReturn(event: PageTransitionEvent) {
  if (event.persisted) follow()
}

export function watchSession() {
  whenSessionEnds(over)
  window.addEventListener('storage', onStorage)
  window.addEventListener('pageshow', onReturn)
}
