/* The verbs of the front page against the vocabularies that the database begins with. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { Kind } from '../src/filters.ts'
import { textOf } from '../src/messages.ts'
import { serviceOf, services } from '../src/services.ts'

const migrations = join(import.meta.dirname, '../../migrations')
const codes = (file: string) =>
  Array.from(readFileSync(join(migrations, file), 'utf8').matchAll(/\(\d+, '([\w-]+)'/g)).map(
    ([, code]) => code!,
  )
const known: Record<Kind, string[]> = {
  organizations: codes('0051_organization_type_rows.sql'),
  practitioners: codes('0053_qualification_kind_rows.sql'),
}

describe.each(services)('the service $name', (service) => {
  it('leads to lists of a type that exists', () => {
    for (const { kind, type } of [service, ...(service.also ? [service.also] : [])]) {
      expect(known[kind]).toContain(type)
      expect(serviceOf(kind, type)).toBe(service)
    }
  })

  it('has its texts, as many as it says', () => {
    const start = `service.${service.name}`
    for (const part of ['verb', 'when']) expect(textOf(`${start}.${part}`)).toBeTruthy()
    for (let at = 1; at <= service.facts; at++) expect(textOf(`${start}.${at}`)).toBeTruthy()
    expect(textOf(`${start}.${service.facts + 1}`)).toBeUndefined()
    if (service.also) {
      for (const kind of ['practitioners', 'organizations']) {
        expect(textOf(`${start}.${kind}`)).toBeTruthy()
      }
    }
  })
})

it('a list that nobody came to with a verb has no guide', () => {
  expect(serviceOf('organizations', 'culture_park')).toBeUndefined()
  expect(serviceOf('practitioners', '')).toBeUndefined()
})
