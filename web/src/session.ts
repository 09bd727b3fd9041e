/*
 * Who is signed in, for all pages.  The browser keeps the tokens where scripts cannot
 * see them; what is kept here is only a note that there may be some, so that visitors
 * who never signed in are not asked about, and so that all windows follow a sign-out.
 */

import { computed, ref, shallowRef } from 'vue'

import * as api from './accountApi.ts'
import { mount } from './api.ts'
import { localeOf, setLocale } from './messages.ts'
import { problemOfFailure, type Problem } from './problem.ts'
import { noteRenewal, whenSessionEnds } from './renewal.ts'

export type SessionState = 'unknown' | 'nobody' | 'somebody' | 'failed' | 'locked'

const slot = 'legalnet.session'
const lockSlot = 'legalnet.locked'

export const me = shallowRef<api.Me>()
export const permissions = shallowRef<readonly string[]>([])
export const state = ref<SessionState>('unknown')
export const problem = shallowRef<Problem>()

/** What a sign-in still lacks: the second step, or a second factor to be set up first. */
export const pending = computed<'prove' | 'enroll' | undefined>(() => pendingOf(me.value))

function pendingOf(who: api.Me | undefined) {
  if (!who || who.factor_proved) return undefined
  if (who.factor !== 'none') return 'prove'
  return who.factor_required ? 'enroll' : undefined
}

/** The name in the header: staff by their login, citizens by the phone, half hidden. */
export const shownName = computed(() => me.value?.name ?? me.value?.phone ?? '')

function noted(name = slot): string | null {
  try {
    return window.localStorage.getItem(name)
  } catch {
    return '' // no storage: the server is asked
  }
}

function keep(name: string, text: string) {
  try {
    if (text) window.localStorage.setItem(name, text)
    else window.localStorage.removeItem(name)
  } catch {
    // as above
  }
}

function nobody() {
  chosen = ''
  me.value = undefined
  permissions.value = []
  problem.value = undefined
  state.value = 'nobody'
}

/** Nobody is signed in any more: the server said so, or one did it here. */
function over() {
  keep(slot, '')
  keep(lockSlot, '')
  nobody()
}

let turn = 0

/** Asks the server who this is; after a sign-in, and when rights may have changed. */
export async function loadSession(): Promise<void> {
  const mine = ++turn

  try {
    const who = await api.me()
    const asks = who.kind === 'staff' && !pendingOf(who)
    const grants = asks ? await api.myGrants() : undefined
    if (mine !== turn) return
    permissions.value = (grants?.permissions ?? []).map(({ code }) => code)
    const arrives = noted() !== who.session
    me.value = who
    problem.value = undefined
    state.value = 'somebody'
    keep(slot, who.session)
    if (arrives) speakWith(who)
  } catch (failure) {
    if (mine !== turn) return
    const refusal = problemOfFailure(failure)
    if (state.value === 'locked') return
    if (refusal.status === 401) {
      over()
      return
    }
    problem.value = refusal
    if (!me.value) state.value = 'failed'
  }
}

/**
 * Nobody has touched this machine for a while: what stands here is hidden until the
 * password is given, in all windows, and after a reload, too.
 */
export function lock() {
  if (state.value !== 'somebody' && state.value !== 'unknown') return
  turn++
  keep(lockSlot, '1')
  state.value = 'locked'
}

/** Goes on where one was; throws what the server said of the password. */
export async function unlock(password: string): Promise<void> {
  try {
    await api.unlock(password)
  } catch (failure) {
    if (problemOfFailure(failure).status !== 401) throw failure
    over() // it ended meanwhile: nothing is left to unlock
    return
  }
  keep(lockSlot, '')
  state.value = me.value ? 'somebody' : 'unknown'
  await loadSession()
}

/**
 * Away to a provider that signs people in: whoever comes back from there may have
 * cookies, which never lock, as nobody gave a password here.
 */
export function expectSomebody() {
  noteRenewal()
  rememberChoice()
  keep(slot, 'away')
}

/** On the first page of a visit. */
export function restoreSession(): Promise<void> {
  if (noted(lockSlot) && noted()) {
    state.value = 'locked'
    return Promise.resolve()
  }
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

/**
 * 紧急离开 signs out, too: the browser sends it while the page goes, and nobody waits
 * for an answer.  Other windows follow at once.
 */
export function abandon() {
  if (!noted()) return
  over()
  turn++
  api.endSessionInPassing()
}

const choiceSlot = 'legalnet.choice'
let chosen = rememberedChoice()
let keeping = false

/** A language that was chosen on the way in survives the way to a provider and back. */
function rememberChoice() {
  try {
    if (chosen) window.sessionStorage.setItem(choiceSlot, chosen)
  } catch {
    // no storage: the account's language is spoken then
  }
}

function rememberedChoice(): string {
  try {
    const text = window.sessionStorage.getItem(choiceSlot)
    window.sessionStorage.removeItem(choiceSlot)
    return text ?? ''
  } catch {
    return ''
  }
}

/**
 * Who has just signed in is spoken to as he once asked, wherever that was; but what was
 * chosen here on the way in is newer, and is kept.
 */
function speakWith(who: api.Me) {
  const wanted = localeOf(who.locale ?? '')
  if (chosen) void keepLocale(chosen)
  else if (wanted) void setLocale(wanted)
}

/**
 * What one chose in the header is kept for the notices; when it fails, the next choice is.
 * Who chooses again meanwhile is not sent beside the first, which would know an old version.
 */
export async function keepLocale(locale: string): Promise<void> {
  chosen = locale
  if (keeping) return
  keeping = true
  try {
    for (let who = me.value; who && who.locale !== chosen; who = me.value) {
      if (state.value !== 'somebody' || pending.value === 'prove') break
      const now = await api.setMe({ locale: chosen, version: who.version })
      if (me.value?.id !== now.id || now.version === who.version) break
      me.value = now
    }
  } catch {
    // the pages speak it anyway
  } finally {
    keeping = false
  }
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
  if (event.key === slot || event.key === lockSlot || event.key === null) follow()
}

function follow() {
  const now = noted()
  if (now === null && (me.value || state.value === 'locked')) nobody()
  else if (noted(lockSlot)) lock()
  else if (state.value === 'locked') {
    state.value = me.value ? 'somebody' : 'unknown'
    void loadSession()
  } else if (now && now !== me.value?.session) void loadSession()
}

/** A page that the browser kept may show what was there before a sign-out. */
function onReturn(event: PageTransitionEvent) {
  if (event.persisted) follow()
}

export function watchSession() {
  whenSessionEnds(over, lock)
  window.addEventListener('storage', onStorage)
  window.addEventListener('pageshow', onReturn)
}
