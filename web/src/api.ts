/*
 * The one file that talks to the network.  Types come from the server's own
 * description (`npm run types`), so what the API does not say cannot be asked.
 */

import createClient from 'openapi-fetch'

import type { paths } from './api.generated.ts'
import { Problem, problemOf, problemOfFailure } from './problem.ts'

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never
type Item<Path extends keyof paths> = Answer<Path> extends { items: (infer One)[] } ? One : never
type Query<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Asked } }
}
  ? NonNullable<Asked>
  : never

export type Region = Item<'/api/v1/regions'>
export type RegionDetail = Answer<'/api/v1/regions/{code}'>
/** An entry of a vocabulary; `plain` are everyday words for it. */
export interface Term {
  code: string
  name: string
  parent_code?: string | null
  plain?: string
}
export type Suggestion = Item<'/api/v1/suggest'>
export type PractitionerItem = Item<'/api/v1/practitioners'>
export type OrganizationItem = Item<'/api/v1/organizations'>
export type Practitioner = Answer<'/api/v1/practitioners/{id}'>
export type Organization = Answer<'/api/v1/organizations/{id}'>
export type PractitionerQuery = Query<'/api/v1/practitioners'>
export type OrganizationQuery = Query<'/api/v1/organizations'>

export interface Page<T> {
  items: T[]
  next: string | null
}

/** How many the same search would find for a term; `more`: at least so many. */
export interface Facet {
  code: string
  name: string
  count: number
  more: boolean
}

export interface Facets {
  types: Facet[]
  areas: Facet[]
}

/** The one who asks: he may leave, and is told when the server wants him to wait. */
export interface Asking {
  signal: AbortSignal
  waiting?: (wait: Wait | undefined) => void
}

/** A pause of the given seconds before the next attempt. */
export interface Wait {
  seconds: number
  attempt: number
}

export type Report =
  paths['/api/v1/practitioners/{id}/reports']['post']['requestBody']['content']['application/json']

const PATIENCE = 20_000 // ms; a slow line needs several seconds for one answer
const AGAIN = 2 // more attempts at a question that the server is too busy for
const LONGEST_WAIT = 10 // s; who would have to wait longer is told so at once

/** Where this site is mounted, with a slash at the end. */
export const mount = new URL('.', document.baseURI)

/** Names what is asked; used by the lists of operations of this folder's *Api.ts, too. */
export const client = createClient<paths>({
  baseUrl: mount.href.replace(/\/$/, ''),
  referrerPolicy: 'no-referrer',
  // Said, because the package's defaults need a globalThis that iOS 12.0 lacks.
  Request: window.Request,
  fetch: (request) => {
    request.headers.set('Accept-Language', document.documentElement.lang)
    return window.fetch(request)
  },
})

interface Outcome<T> {
  data?: T
  error?: unknown
  response: Response
}

/** One request of the client. */
export type Send<T> = (signal: AbortSignal) => Promise<Outcome<T>>

/**
 * Runs one request with a deadline.  A refusal or a broken line throws a
 * Problem; leaving the page (`signal`) throws the AbortError as it is.
 */
export async function attempt<T>(send: Send<T>, signal?: AbortSignal): Promise<T> {
  const deadline = new AbortController()
  const timer = window.setTimeout(() => deadline.abort(), PATIENCE)
  const leave = () => deadline.abort()
  signal?.addEventListener('abort', leave)

  try {
    const { data, error, response } = await send(deadline.signal)
    if (response.ok && (data !== undefined || response.status === 204)) return data as T
    throw problemOf(response, error)
  } catch (failure) {
    if (signal?.aborted) throw failure
    if (deadline.signal.aborted) throw new Problem(0, 'timeout')
    throw problemOfFailure(failure)
  } finally {
    window.clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
  }
}

/** How long to wait before the same question may be asked again, or nothing. */
function pauseAfter(failure: unknown): number | undefined {
  if (!(failure instanceof Problem)) return undefined
  if (failure.status !== 503 && failure.status !== 504) return undefined
  const said = Math.max(failure.retryAfter, 1)

  // Not all at the same moment: a crowd that comes back together is a crowd again.
  return said > LONGEST_WAIT ? undefined : said * (1 + Math.random() / 2)
}

function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, seconds * 1000)
    signal?.addEventListener('abort', () => {
      window.clearTimeout(timer)
      resolve()
    })
  })
}

/** A question, which may be asked again when the server is too busy or too slow. */
export async function ask<T>(send: Send<T>, asking?: Asking, run = attempt<T>): Promise<T> {
  for (let again = 1; ; again++) {
    try {
      return await run(send, asking?.signal)
    } catch (failure) {
      const seconds = again <= AGAIN ? pauseAfter(failure) : undefined
      if (seconds === undefined || asking?.signal.aborted) throw failure
      asking?.waiting?.({ seconds, attempt: again })
      await sleep(seconds, asking?.signal)
      asking?.waiting?.(undefined)
      if (asking?.signal.aborted) throw failure
    }
  }
}

/** Asks once and remembers; a failure is forgotten, so that the next ask tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined

  return () => {
    if (!answer) {
      answer = load()
      answer.catch(() => {
        answer = undefined
      })
    }
    return answer
  }
}

/** A vocabulary of the server. */
function terms(
  path:
    | '/api/v1/practice-areas'
    | '/api/v1/languages'
    | '/api/v1/qualification-kinds'
    | '/api/v1/organization-types',
): () => Promise<Term[]> {
  return once(async () => (await ask((signal) => client.GET(path, { signal }))).items)
}

export const practiceAreas = terms('/api/v1/practice-areas')
export const languages = terms('/api/v1/languages')
export const qualificationKinds = terms('/api/v1/qualification-kinds')
export const organizationTypes = terms('/api/v1/organization-types')

const regionsBelow = new Map<string, () => Promise<Region[]>>()

/** The regions directly below one, or the provinces when `parent` is empty. */
export function regions(parent: string): Promise<Region[]> {
  let load = regionsBelow.get(parent)
  if (!load) {
    const query = { limit: 100, ...(parent ? { parent } : { level: 1 }) }
    load = once(async () => {
      const all: Region[] = []
      let cursor: string | undefined
      do {
        const page: Page<Region> = await ask((signal) =>
          client.GET('/api/v1/regions', { params: { query: { ...query, cursor } }, signal }),
        )
        all.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor)
      return all
    })
    regionsBelow.set(parent, load)
  }
  return load()
}

export function region(code: string, asking?: Asking): Promise<RegionDetail> {
  return ask(
    (signal) => client.GET('/api/v1/regions/{code}', { params: { path: { code } }, signal }),
    asking,
  )
}

export function searchPractitioners(
  query: PractitionerQuery,
  asking?: Asking,
): Promise<Page<PractitionerItem>> {
  return ask((signal) => client.GET('/api/v1/practitioners', { params: { query }, signal }), asking)
}

export function searchOrganizations(
  query: OrganizationQuery,
  asking?: Asking,
): Promise<Page<OrganizationItem>> {
  return ask((signal) => client.GET('/api/v1/organizations', { params: { query }, signal }), asking)
}

/** Every organization of a search, page after page, up to `most` pages of a hundred. */
export async function allOrganizations(
  query: OrganizationQuery,
  most: number,
  asking?: Asking,
): Promise<OrganizationItem[]> {
  const all: OrganizationItem[] = []
  let cursor: string | undefined

  for (let page = 0; page < most; page++) {
    const answer = await searchOrganizations({ ...query, limit: 100, cursor }, asking)
    all.push(...answer.items)
    if (!answer.next) break
    cursor = answer.next
  }
  return all
}

/** Counts beside a search; nice to have, so nobody waits for them twice. */
export async function facets(
  path: '/api/v1/practitioners' | '/api/v1/organizations',
  query: PractitionerQuery & OrganizationQuery,
  signal: AbortSignal,
): Promise<Facets> {
  const page = await attempt<Partial<Facets>>(
    (leave) =>
      client.GET(path, {
        params: { query: { ...query, facets: true, limit: 1 } },
        signal: leave,
      }),
    signal,
  )
  return { types: page.types ?? [], areas: page.areas ?? [] }
}

/** What may be meant by the letters typed so far; the next letter asks again anyway. */
export async function suggest(q: string, { signal }: Asking): Promise<Suggestion[]> {
  const page = await attempt(
    (leave) =>
      client.GET('/api/v1/suggest', { params: { query: { q, limit: 10 } }, signal: leave }),
    signal,
  )
  return page.items
}

export function practitioner(id: string, asking?: Asking): Promise<Practitioner> {
  return ask(
    (signal) => client.GET('/api/v1/practitioners/{id}', { params: { path: { id } }, signal }),
    asking,
  )
}

export function organization(id: string, asking?: Asking): Promise<Organization> {
  return ask(
    (signal) => client.GET('/api/v1/organizations/{id}', { params: { path: { id } }, signal }),
    asking,
  )
}

/** `key` makes a repeated sending harmless: the same key, the same report. */
export function reportPractitioner(id: string, body: Report, key: string): Promise<unknown> {
  return attempt((signal) =>
    client.POST('/api/v1/practitioners/{id}/reports', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )
}

export function reportOrganization(id: string, body: Report, key: string): Promise<unknown> {
  return attempt((signal) =>
    client.POST('/api/v1/organizations/{id}/reports', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )
}

/** Where the server describes its API. */
export const descriptionUrl = new URL('api/v1/openapi.json', mount).href

export function description<T>(asking?: Asking): Promise<T> {
  return ask(async (signal) => {
    const response = await fetch(descriptionUrl, { signal, referrerPolicy: 'no-referrer' })
    const body = await response.json().catch(() => undefined)
    return response.ok ? { data: body as T, response } : { error: body, response }
  }, asking)
}
