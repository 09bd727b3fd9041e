/*
 * Turns the server's OpenAPI document into plain lists for the developers' page.
 * Knows what our generator writes: JSON bodies, `$ref` into components, objects,
 * arrays and scalars, an object joined from several, and one that may be null.
 */

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  items?: Schema
  allOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

interface Parameter {
  $ref?: string
  name: string
  in: string
  required?: boolean
  description?: string
  schema?: Schema
}

interface Content {
  $ref?: string
  description?: string
  required?: boolean
  content?: Record<string, { schema?: Schema }>
}

interface RawOperation {
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: Content
  responses?: Record<string, Content>
}

export interface OpenApi {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, RawOperation>>
  components?: Record<string, Record<string, unknown>>
}

export interface Row {
  name: string
  type: string
  required: boolean
  description: string
}

export interface ParameterRow extends Row {
  place: string
}

export interface Operation {
  id: string
  method: string
  path: string
  summary: string
  description: string
  parameters: ParameterRow[]
  body: Row[]
  responses: { status: string; description: string; rows: Row[] }[]
}

export interface Group {
  name: string
  operations: Operation[]
}

const methods = ['get', 'post', 'put', 'delete']
const deepest = 4 // levels of nesting: no answer of ours goes further

type Referring = { $ref?: string }

function resolve<T extends Referring>(document: OpenApi, thing: T): T {
  const steps = thing.$ref?.replace(/^#\//, '').split('/')
  if (!steps) return thing

  let found: unknown = document
  for (const step of steps) {
    found = (found as Record<string, unknown> | undefined)?.[step]
  }
  return (found as T | undefined) ?? thing
}

/** The schema itself: references followed, several objects joined, "or null" as a type. */
function plain(document: OpenApi, given: Schema): Schema {
  const schema = resolve(document, given)

  if (schema.allOf) {
    const parts = schema.allOf.map((part) => plain(document, part))
    return {
      type: 'object',
      properties: Object.assign({}, ...parts.map((part) => part.properties)),
      required: parts.flatMap((part) => part.required ?? []),
    }
  }

  if (schema.oneOf) {
    const value = schema.oneOf.find((one) => one.type !== 'null') ?? {}
    const found = plain(document, value)
    return { ...found, type: ([] as string[]).concat(found.type ?? [], 'null') }
  }

  return schema
}

function range(low: number | undefined, high: number | undefined): string {
  if (low === undefined && high === undefined) return ''
  if (low !== undefined && high !== undefined) return ` ${low}–${high}`
  return low !== undefined ? ` ≥ ${low}` : ` ≤ ${high}`
}

/** A type in one line: `string (date)`, `integer 1–100`, `"male" | "female"`, `object[]`. */
export function typeName(document: OpenApi, given: Schema | undefined): string {
  if (!given) return ''

  const schema = plain(document, given)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.items) return `${typeName(document, schema.items)}[]`

  const types = ([] as string[]).concat(schema.type ?? 'any')
  const format = schema.format ? ` (${schema.format})` : ''
  const bounds = range(schema.minimum, schema.maximum) || range(schema.minLength, schema.maxLength)
  return types.join(' | ') + format + bounds
}

/** The members of an object, those of nested ones as `region.code`, `items[].id`. */
export function members(
  document: OpenApi,
  given: Schema | undefined,
  prefix = '',
  depth = 0,
): Row[] {
  if (!given || depth >= deepest) return []

  const schema = plain(document, given)
  if (schema.items) return members(document, schema.items, `${prefix}[]`, depth)

  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = prefix ? `${prefix}.${name}` : name
    return [
      {
        name: path,
        type: typeName(document, member),
        required: schema.required?.includes(name) ?? false,
        description: member.description ?? '',
      },
      ...members(document, member, path, depth + 1),
    ]
  })
}

function json(content: Content | undefined): Schema | undefined {
  const bodies = content?.content ?? {}
  const type = Object.keys(bodies).find((name) => name.endsWith('json'))
  return type ? bodies[type]?.schema : undefined
}

function operation(document: OpenApi, path: string, method: string, raw: RawOperation): Operation {
  return {
    id: `${method}${path.replace(/\W+/g, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: raw.summary ?? '',
    description: raw.description ?? '',
    parameters: (raw.parameters ?? []).map((given) => {
      const parameter = resolve(document, given)
      return {
        name: parameter.name,
        place: parameter.in,
        type: typeName(document, parameter.schema),
        required: parameter.required ?? false,
        description: parameter.description ?? '',
      }
    }),
    body: members(document, json(raw.requestBody && resolve(document, raw.requestBody))),
    responses: Object.entries(raw.responses ?? {}).map(([status, given]) => {
      const response = resolve(document, given)
      return {
        status,
        description: response.description ?? '',
        rows: status.startsWith('2') ? members(document, json(response)) : [],
      }
    }),
  }
}

/** Operations by resource: the first step of the path behind the version. */
export function groups(document: OpenApi): Group[] {
  const found = new Map<string, Operation[]>()

  for (const [path, item] of Object.entries(document.paths)) {
    const name = path.replace(/^\/api\/v\d+\//, '').split('/')[0] ?? path
    const list = found.get(name) ?? []
    found.set(name, list)
    for (const method of methods) {
      const raw = item[method]
      if (raw) list.push(operation(document, path, method, raw))
    }
  }
  return Array.from(found, ([name, operations]) => ({ name, operations }))
}
