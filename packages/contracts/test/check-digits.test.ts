import { describe, expect, test } from 'vitest'
import { isNationalIdentityNumber, isOrganisationNumber } from '../src/index.ts'

describe('a national identity number', () => {
  test.each([
    ['a synthetic person (Tenor: month and 80)', '13897512453'],
    ['a synthetic person (Dolly: month and 40)', '13847512150'],
    ['a D-number (day and 40), synthetic', '41890150053'],
    ['a number of the form that is given out from 2032, remainder 1', '13897512461'],
    ['a number of the form that is given out from 2032, remainder 3', '13897512488'],
    ['a synthetic person born on 1 January', '01018100076'],
  ])('may be that of %s', (_, number) => {
    expect(isNationalIdentityNumber(number)).toBe(true)
  })

  test.each([
    ['a wrong last check digit', '13897512454'],
    ['a wrong first check digit', '13897512553'],
    ['two digits exchanged', '31897512453'],
    ['a day 0', '00897512446'],
    ['a month 13', '13937512410'],
    ['ten digits', '1389751245'],
    ['twelve digits', '138975124530'],
    ['a blank in it', '138975 12453'],
    ['digits of another script', '１３８９７５１２４５３'],
    ['nothing', ''],
    ['eleven zeros', '00000000000'],
  ])('has not %s', (_, text) => {
    expect(isNationalIdentityNumber(text)).toBe(false)
  })
})

describe('an organisation number', () => {
  test.each(['991825827', '974760673', '889640782'])('may be %s', (number) => {
    expect(isOrganisationNumber(number)).toBe(true)
  })

  test.each([
    ['a wrong check digit', '123412341'],
    ['two digits exchanged', '918925827'],
    ['a check digit that would be ten', '800000030'],
    ['eight digits', '99182582'],
    ['blanks in it', '991 825 827'],
  ])('has not %s', (_, text) => {
    expect(isOrganisationNumber(text)).toBe(false)
  })
})
