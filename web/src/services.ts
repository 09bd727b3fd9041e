/*
 * What people come for, by the verbs that they use, and the lists that help
 * them now.  When a service can be applied for here, its row gets a page; until
 * then it leads to the people and offices who do it.
 */

import type { Kind } from './filters.ts'

/** Names of services; their texts are `service.<name>.…`. */
export type ServiceName = 'lawyer' | 'advice' | 'aid' | 'mediation' | 'notary' | 'appraisal'

export interface Service {
  name: ServiceName
  kind: Kind // the list it opens
  type: string // of that list
  also?: { kind: Kind; type: string } // a second list that helps, too
  free: 'free' | 'conditional' | 'fee'
  facts: number // how many sentences explain it
}

export const services: readonly Service[] = [
  {
    name: 'lawyer',
    kind: 'practitioners',
    type: 'lawyer',
    also: { kind: 'organizations', type: 'law_firm' },
    free: 'fee',
    facts: 3,
  },
  {
    name: 'advice',
    kind: 'organizations',
    type: 'public_legal_service',
    also: { kind: 'practitioners', type: 'village_counsel' },
    free: 'free',
    facts: 3,
  },
  {
    name: 'aid',
    kind: 'organizations',
    type: 'legal_aid',
    free: 'conditional',
    facts: 4,
  },
  {
    name: 'mediation',
    kind: 'organizations',
    type: 'mediation_committee',
    also: { kind: 'practitioners', type: 'mediator' },
    free: 'free',
    facts: 3,
  },
  {
    name: 'notary',
    kind: 'organizations',
    type: 'notary_office',
    also: { kind: 'practitioners', type: 'notary' },
    free: 'fee',
    facts: 3,
  },
  {
    name: 'appraisal',
    kind: 'organizations',
    type: 'forensic_appraisal',
    also: { kind: 'practitioners', type: 'forensic_appraiser' },
    free: 'fee',
    facts: 3,
  },
]

/** The service that a list of this kind and type belongs to. */
export function serviceOf(kind: Kind, type: string): Service | undefined {
  return services.find(
    (one) =>
      (one.kind === kind && one.type === type) ||
      (one.also?.kind === kind && one.also.type === type),
  )
}
