/**
 * NAV's layoff notice format as a JSON Schema (2020-12): the fields and rules of the real one, and where the real one is
 * lax, what an event needs. The organisation number is anchored and its check digit counts, moments and days must exist,
 * counts fit the event, and an end is refused where the format's own description says that there is none.
 */
export const layoffNoticeSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Layoff notice',
  type: 'object',
  required: [
    'id',
    'type',
    'antallBerorte',
    'bedriftsnummer',
    'sendtInnTidspunkt',
    'startDato',
    'årsakskode',
    'yrkeskategorier',
  ],
  properties: {
    id: { type: 'string', format: 'uuid' },
    type: { enum: ['MASSEOPPSIGELSE', 'PERMITTERING_UTEN_LØNN', 'INNSKRENKNING_I_ARBEIDSTID'] },
    antallBerorte: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    bedriftsnummer: { type: 'string', format: 'organisation-number' },
    sendtInnTidspunkt: { type: 'string', format: 'date-time' },
    trukketTidspunkt: { type: ['string', 'null'], format: 'date-time' },
    startDato: { type: 'string', format: 'date' },
    sluttDato: { type: ['string', 'null'], format: 'date' },
    årsakskode: {
      enum: [
        'MANGEL_PÅ_ARBEID',
        'RÅSTOFFMANGEL',
        'ARBEIDSKONFLIKT_ELLER_STREIK',
        'BRANN',
        'PÅLEGG_FRA_OFFENTLIG_MYNDIGHET',
        'ANDRE_ÅRSAKER',
      ],
    },
    årsakstekst: { type: ['string', 'null'] },
    yrkeskategorier: {
      type: 'array',
      maxItems: 1_000,
      items: {
        type: 'object',
        properties: {
          konseptId: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
          styrk08: { type: ['string', 'null'], maxLength: 20 },
          label: { type: ['string', 'null'], maxLength: 200 },
          antall: { type: ['integer', 'null'], minimum: 0, maximum: 2_147_483_647 },
        },
      },
    },
  },
  if: {
    properties: { type: { enum: ['MASSEOPPSIGELSE', 'INNSKRENKNING_I_ARBEIDSTID'] } },
    required: ['type'],
  },
  // oxlint-disable-next-line unicorn/no-thenable
  then: { properties: { sluttDato: { type: 'null' } } },
} as const
