import { describe, expect, it } from 'vitest'

import { groups, members, typeName, type OpenApi } from '../src/openapi.ts'

const document: OpenApi = {
  info: { title: 'legalnet', version: '1' },
  components: {
    schemas: {
      region: {
        type: 'object',
        required: ['code'],
        properties: { code: { type: 'string', maxLength: 12 }, name: { type: ['string', 'null'] } },
      },
      person: {
        type: 'object',
        properties: {
          region: { $ref: '#/components/schemas/region' },
          friends: { type: 'array', items: { $ref: '#/components/schemas/person' } },
        },
      },
    },
    parameters: {
      limit: {
        name: 'limit',
        in: 'query',
        schema: { type: 'integer', minimum: 1, maximum: 100 },
        description: 'How many',
      },
    },
  },
  paths: {
    '/api/v1/people': {
      get: {
        summary: 'Find people',
        parameters: [{ $ref: '#/components/parameters/limit', name: '', in: '' }],
        responses: {
          200: {
            description: 'Found',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/person' } },
              },
            },
          },
          503: { description: 'Away' },
        },
      },
    },
    '/api/v1/people/{id}': { post: { summary: 'Report' } },
  },
}

describe('the API page', () => {
  it('names types in one line', () => {
    expect(typeName(document, { $ref: '#/components/schemas/region' })).toBe('object')
    expect(typeName(document, { type: 'string', format: 'date' })).toBe('string (date)')
    expect(typeName(document, { type: 'integer', minimum: 1 })).toBe('integer ≥ 1')
    expect(typeName(document, { type: 'string', enum: ['male', 'female'] })).toBe(
      '"male" | "female"',
    )
    expect(typeName(document, { type: 'array', items: { type: 'string' } })).toBe('string[]')
    expect(typeName(document, { $ref: '#/components/schemas/absent' })).toBe('any')
  })

  it('follows references, and ends where a schema holds itself', () => {
    const rows = members(document, { $ref: '#/components/schemas/person' })

    expect(rows[0]).toMatchObject({ name: 'region', type: 'object' })
    expect(rows[1]).toMatchObject({ name: 'region.code', type: 'string ≤ 12', required: true })
    expect(rows[2]).toMatchObject({ name: 'region.name', type: 'string | null', required: false })
    expect(rows.length).toBeLessThan(40)
  })

  it('joins objects, and says what may be null', () => {
    const joined = {
      allOf: [
        { $ref: '#/components/schemas/region' },
        { type: 'object', properties: { distance: { type: 'integer' } }, required: ['distance'] },
      ],
    }
    const maybe = { oneOf: [{ $ref: '#/components/schemas/region' }, { type: 'null' }] }

    expect(members(document, joined).map(({ name, required }) => [name, required])).toEqual([
      ['code', true],
      ['name', false],
      ['distance', true],
    ])
    expect(typeName(document, maybe)).toBe('object | null')
    expect(members(document, maybe).map(({ name }) => name)).toEqual(['code', 'name'])
  })

  it('groups operations by resource, with parameters and answers', () => {
    const [people, ...others] = groups(document)

    expect(others).toEqual([])
    expect(people!.name).toBe('people')
    expect(people!.operations.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/people',
      'POST /api/v1/people/{id}',
    ])
    expect(people!.operations[0]!.parameters).toEqual([
      {
        name: 'limit',
        place: 'query',
        type: 'integer 1–100',
        required: false,
        description: 'How many',
      },
    ])
    expect(people!.operations[0]!.responses.map(({ status }) => status)).toEqual(['200', '503'])
    expect(people!.operations[0]!.responses[0]!.rows[0]!.name).toBe('[].region')
  })
})
