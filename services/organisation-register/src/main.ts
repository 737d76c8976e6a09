import { numberOr, textOr, urlOr } from '@samspill/config'
import { run } from '@samspill/service'
import { organisationRegister } from './service.ts'

await run(
  organisationRegister({
    baseUrl: urlOr(process.env, 'SAMSPILL_ENHETSREGISTERET', ['http:', 'https:'], undefined),
    from: textOr(process.env, 'SAMSPILL_ENHETSREGISTERET_FROM', undefined),
    everyMilliseconds: numberOr(process.env, 'SAMSPILL_ENHETSREGISTERET_EVERY', 60_000, {
      least: 100,
      most: 86_400_000,
    }),
    pageSize: numberOr(process.env, 'SAMSPILL_ENHETSREGISTERET_PAGE', 500, { least: 1, most: 10_000 }),
  }),
)
