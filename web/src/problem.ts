/*
 * What went wrong, as something a person can act on.  The API answers errors as
 * RFC 9457 problem documents; the sentences are ours, chosen by the stable code,
 * else by the status.
 */

import { formatWait } from './format.ts'
import { t, textOf, type MessageKey } from './messages.ts'

/** Who has to wait longer than these seconds is told how long, instead of a button. */
const SOON = 10

export interface FieldProblem {
  name: string
  code: string
  message: string
}

/** What a person calls the conditions that the API may refuse. */
const conditions: Record<string, MessageKey> = {
  q: 'search.text',
  region: 'region.label',
  area: 'search.area',
  type: 'search.type',
  language: 'search.language',
  sex: 'search.sex',
}

export class Problem extends Error {
  readonly status: number // 0: no answer reached us
  readonly code: string
  readonly fields: FieldProblem[]
  readonly requestId: string
  readonly retryAfter: number // seconds, 0: not said

  constructor(
    status: number,
    code: string,
    more: { fields?: FieldProblem[]; requestId?: string; retryAfter?: number } = {},
  ) {
    super(`${status} ${code}`)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.fields = more.fields ?? []
    this.requestId = more.requestId ?? ''
    this.retryAfter = more.retryAfter ?? 0
  }

  /** What happened, in one plain sentence. */
  get sentence(): string {
    const refused = this.fields
      .filter(({ name }) => name in conditions)
      .map(({ name }) => t(conditions[name]!))
    if (refused.length) return t('problem.conditions', { names: refused.join(t('list.comma')) })

    return textOf(`problem.${this.code}`) ?? t(this.group('sentence'))
  }

  /** What to do next. */
  get advice(): string {
    if (this.status === 429 && this.retryAfter > SOON) {
      return t('problem.waitFor', { time: formatWait(this.retryAfter) })
    }
    return textOf(`problem.${this.code}.advice`) ?? t(this.group('advice'))
  }

  get retryable(): boolean {
    if (this.status === 429) return this.retryAfter <= SOON
    return this.status === 0 || this.status >= 500
  }

  private group(part: 'sentence' | 'advice') {
    if (this.status === 0) return `problem.offline.${part}` as const
    if (this.status === 404) return `problem.missing.${part}` as const
    if (this.status === 429) return `problem.busy.${part}` as const
    if (this.status >= 500) return `problem.server.${part}` as const
    return `problem.request.${part}` as const
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return []

  return value
    .filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    .map((item) => ({
      name: text(item.name),
      code: text(item.code),
      message: text(item.message),
    }))
}

/** A refused request, from its answer and the body as far as it could be read. */
export function problemOf(response: Response, body: unknown): Problem {
  const document = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  const seconds = Number(response.headers.get('Retry-After'))

  return new Problem(response.status, text(document.code) || `http_${response.status}`, {
    fields: fieldProblems(document.errors),
    requestId: text(document.request_id),
    retryAfter: Number.isFinite(seconds) ? seconds : 0,
  })
}

/** Anything thrown on the way to an answer. */
export function problemOfFailure(failure: unknown): Problem {
  if (failure instanceof Problem) return failure

  return new Problem(0, 'unreachable')
}
