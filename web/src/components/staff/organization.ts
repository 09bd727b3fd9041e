/* An organization's entry as a form: texts, lists of codes, yes and no. */

import { isDay } from '../../day.ts'
import type { OrganizationEntry } from '../../entryApi.ts'
import { hoursText } from '../../hoursText.ts'
import { t } from '../../messages.ts'
import { codesOf, phoneOf } from './practice.ts'

export const statuses = ['active', 'suspended', 'closed'] as const

/** What staff may say of a place; what an import said otherwise may stay. */
export const qualities = (now: string) =>
  ['exact', 'street', 'area', 'default', 'unknown', now].filter(
    (one, index, all) => all.indexOf(one) === index,
  )

export type OrganizationDraft = {
  name: string
  types: string[]
  uscc: string
  region: string
  address: string
  location: string
  location_quality: string
  opening_hours: string
  phone: string
  phone_off: boolean // the hidden number is to go
  phone_private: boolean
  areas: string[]
  established_on: string
  status: string
}

/** What a form names and marks as wrong. */
export type OrganizationField = Exclude<keyof OrganizationDraft, 'phone_off'>

export const noOrganization = (): OrganizationDraft => ({
  name: '',
  types: [],
  uscc: '',
  region: '',
  address: '',
  location: '',
  location_quality: '',
  opening_hours: '',
  phone: '',
  phone_off: false,
  phone_private: false,
  areas: [],
  established_on: '',
  status: '',
})

export const organizationDraft = (entry: OrganizationEntry): OrganizationDraft => ({
  name: entry.name,
  types: codesOf(entry.types),
  uscc: entry.uscc ?? '',
  region: entry.region.code,
  address: entry.address ?? '',
  location:
    entry.longitude === null || entry.latitude === null
      ? ''
      : `${entry.longitude},${entry.latitude}`,
  location_quality: entry.location_quality,
  opening_hours: hoursText(entry.opening_hours),
  phone: phoneOf(entry.phone),
  phone_off: false,
  phone_private: entry.phone_private,
  areas: codesOf(entry.areas),
  established_on: entry.established_on ?? '',
  status: entry.status,
})

const point = /^\s*-?\d{1,3}(\.\d+)?\s*[,\uff0c]\s*-?\d{1,2}(\.\d+)?\s*$/

/** `120.655, 28.02`, with whichever comma, as the API takes it. */
export const pointOf = (typed: string) => typed.replace(/\uff0c/g, ',').replace(/\s/g, '')

/** What is wrong before anything is sent. */
export function organizationErrors(typed: OrganizationDraft) {
  return {
    name: typed.name.trim() ? undefined : t('entry.nameMissing'),
    types: typed.types.length ? undefined : t('entry.typesMissing'),
    region: typed.region ? undefined : t('entry.regionMissing'),
    location:
      !typed.location.trim() || point.test(typed.location) ? undefined : t('entry.pointWrong'),
    established_on:
      !typed.established_on || isDay(typed.established_on) ? undefined : t('grantNew.dayWrong'),
  }
}
