/*
 * What stands in the fields of an entry, in words: codes of vocabularies and regions by
 * their names, days, hours.  A code whose name has not come, or is unknown, stands itself.
 */

import { ref } from 'vue'

import * as api from './api.ts'
import { formatDay } from './format.ts'
import { t, textOf } from './messages.ts'
import { openingHours, type OpeningHours } from './openingHours.ts'

type Vocabulary = 'areas' | 'languages' | 'types' | 'kinds'

const vocabularies: Record<Vocabulary, () => Promise<api.Term[]>> = {
  areas: api.practiceAreas,
  languages: api.languages,
  types: api.organizationTypes,
  kinds: api.qualificationKinds,
}

/** `areas labor` and `region 330300`; shared by all that is shown. */
const names = ref<Record<string, string>>({})
const asked: string[] = []

function learn(key: string, ask: () => Promise<Record<string, string>>) {
  if (asked.indexOf(key) >= 0) return
  asked.push(key)
  ask().then(
    (found) => {
      names.value = { ...names.value, ...found }
    },
    () => {
      asked.splice(asked.indexOf(key), 1) // asked again when it is shown again
    },
  )
}

function termName(vocabulary: Vocabulary, code: string): string {
  learn(vocabulary, async () => {
    const found: Record<string, string> = {}
    for (const term of await vocabularies[vocabulary]()) {
      found[`${vocabulary} ${term.code}`] = term.name
    }
    return found
  })
  return names.value[`${vocabulary} ${code}`] ?? code
}

function regionName(code: string): string {
  const key = `region ${code}`
  learn(key, async () => ({ [key]: (await api.region(code)).full_name }))
  return names.value[key] ?? code
}

/** Lists as the API sends them, with blanks between, or as records keep them (0x1e). */
const listOf = (value: string) => value.split(/[\s\u001e]+/).filter(Boolean)
const recordsOf = (value: string) => value.split('\u001e').map((one) => one.split('\u001f'))
const joined = (texts: readonly string[]) => texts.join(t('list.comma'))

/** From the JSON that is stored. */
function hours(stored: string): string {
  try {
    return openingHours(JSON.parse(stored) as OpeningHours)
      .filter(({ times }) => times.length)
      .map(({ label, times }) => `${label} ${joined(times)}`)
      .join(t('entry.semicolon'))
  } catch {
    return stored
  }
}

/** Kind, licence, organization, status, first and last day. */
function qualification([kind = '', licence = '', , status = '']: readonly string[]): string {
  const said = textOf(`qualification.status.${status}`) ?? status
  return [termName('kinds', kind), licence, said].filter(Boolean).join(' ')
}

/** Name, region, address, longitude, latitude, when, telephone. */
function place([name = '', , , , , schedule]: readonly string[]): string {
  return [name, schedule].filter(Boolean).join(' ')
}

const yes = (value: string) => t(value === '1' || value === 'true' ? 'entry.yes' : 'entry.no')

const ways: Record<string, (value: string) => string> = {
  areas: (value) => joined(listOf(value).map((code) => termName('areas', code))),
  languages: (value) => joined(listOf(value).map((code) => termName('languages', code))),
  types: (value) => joined(listOf(value).map((code) => termName('types', code))),
  regions_served: (value) => joined(listOf(value).map(regionName)),
  region: regionName,
  legal_aid: yes,
  phone_private: yes,
  sex: (value) => textOf(`sex.${value}`) ?? value,
  status: (value) => textOf(`entry.status.${value}`) ?? value,
  location_quality: (value) => textOf(`entry.quality.${value}`) ?? value,
  opening_hours: hours,
  established_on: formatDay,
  last_verified_on: formatDay,
  practicing_since: formatDay,
  organization: (value) => t('entry.sourceKey', { key: value.slice(value.indexOf(':') + 1) }),
  qualifications: (value) => joined(recordsOf(value).map(qualification)),
  outreach_places: (value) => joined(recordsOf(value).map(place)),
}

export function fieldName(field: string): string {
  return textOf(`entry.field.${field}`) ?? field
}

/** Reactive: names of codes appear when they have come. */
export function fieldText(field: string, value: string | boolean | null): string {
  if (value === null || value === '') return t('proposals.nothing')
  const way = Object.prototype.hasOwnProperty.call(ways, field) ? ways[field] : undefined
  return way ? way(String(value)) : String(value)
}
