// @vitest-environment happy-dom
/* After a sign-in one is where one wanted to be, and never anywhere else. */

import { describe, expect, it } from 'vitest'

import { router } from '../src/router.ts'
import { hashOf, signInFrom, wantedPath } from '../src/wayBack.ts'
import { mobileOf, spacedMobile } from '../src/phone.ts'

describe('the page that was wanted', () => {
  it.each(['/account', '/account/sessions', '/practitioners#area=labor&region=330300', '/staff'])(
    '%s comes back',
    (path) => expect(wantedPath(hashOf(path), router)).toBe(path),
  )

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/sign-in',
    '/sign-in/staff',
    '/register',
    '/no/such/page',
    '/account\n',
    'account',
    '',
  ])('%j is none', (path) => expect(wantedPath(hashOf(path), router)).toBe(''))

  it.each(['', '#', '#to=%', '#other=/account', '#to=/account&x=1'])('%j names none', (hash) =>
    expect(wantedPath(hash, router)).toBe(''),
  )

  it('is not the front page: that is where one comes from', () => {
    expect(signInFrom('/')).toEqual({ name: 'sign-in', hash: '' })
    expect(signInFrom('/account')).toEqual({ name: 'sign-in', hash: '#to=%2Faccount' })
  })
})

describe('a mobile number', () => {
  it.each([
    '13800138000',
    '138 0013 8000',
    '+86 138-0013-8000',
    '0086 13800138000',
    '\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10',
    '(138)00138000',
  ])('is read from %s', (typed) => expect(mobileOf(typed)).toBe('13800138000'))

  it.each([
    '',
    '12348',
    '1380013800',
    '138001380000',
    '057788001234',
    '1380013800a',
    '12800138000',
  ])('is not %s', (typed) => expect(mobileOf(typed)).toBe(''))

  it('is shown in groups', () => expect(spacedMobile('13800138000')).toBe('138 0013 8000'))
})
