import { describe, expect, test } from 'vitest'
import { admit } from '../src/parts/registry-door.ts'

const subject = '/apis/ccompat/v7/subjects/nav.layoffs-nav.layoffs.LayoffRegistered'

describe('the front door of the registry', () => {
  test.each([
    ['a list of subjects', 'GET', '/apis/ccompat/v7/subjects'],
    ['a schema by its id', 'GET', '/apis/ccompat/v7/schemas/ids/1'],
    ['the id of a schema', 'POST', subject],
    ['the id of a schema, with its form made plain', 'POST', `${subject}?normalize=true`],
    ['whether a schema fits', 'POST', '/apis/ccompat/v7/compatibility/subjects/nav.layoffs-x/versions/latest'],
  ])('lets everybody ask for %s', (_what, method, path) => {
    expect(admit(method, path)).toBe('read')
  })

  test.each([
    ['a schema', 'POST', `${subject}/versions`],
    ['a schema, hidden in a query', 'POST', `${subject}/versions?normalize=true`],
    ['a schema, hidden in an escape', 'POST', `${subject}%2Fversions`],
    ['a schema by the native API', 'POST', '/apis/registry/v3/groups/default/artifacts'],
    ['the compatibility level', 'PUT', '/apis/ccompat/v7/config'],
    ['the mode', 'PUT', '/apis/ccompat/v7/mode'],
    ['the rules', 'POST', '/apis/registry/v3/admin/rules'],
    ['one version, to take it back', 'DELETE', `${subject}/versions/2`],
    ['something by a method that it does not know', 'PATCH', subject],
  ])('lets only the registrar write %s', (_what, method, path) => {
    expect(admit(method, path)).toBe('registrar-only')
  })

  test.each([
    ['a subject', subject],
    ['the compatibility level of a subject', '/apis/ccompat/v7/config/nav.layoffs-x'],
    ['a group', '/apis/registry/v3/groups/default'],
  ])('lets nobody delete %s', (_what, path) => {
    expect(admit('DELETE', path)).toBe('never')
  })
})
