import { mediaTypeOf, parseJson, problem, readBody, sendJson } from '@samspill/http'
import { layoffNoticeWithdrawn, layoffNotified } from '@samspill/schemas'
import { defineService } from '@samspill/service'
import { registerNotice } from './register-notice.ts'
import { noticeValidator } from './validate-notice.ts'

const limits = { maxBytes: 1_000_000 }

/**
 * Takes employers' layoff notices over HTTP in the format they send today: `POST /layoff-notices`. A notice that breaks
 * the format is refused with every broken field named.
 */
export const layoffNotices = defineService({
  name: 'layoff-notices',
  agency: 'nav',
  publishes: [layoffNotified, layoffNoticeWithdrawn],
  migrations: [
    {
      number: 1,
      name: 'notices that have been told',
      sql: `
        create table notices (
          notice_id uuid primary key,
          digest text not null,
          notified boolean not null,
          withdrawn_at bigint
        );
      `,
    },
  ],
  routes: (door) => {
    const validate = noticeValidator()
    return {
      '/layoff-notices': {
        post: async (request, response) => {
          const mediaType = mediaTypeOf(request.headers)
          if (mediaType !== 'application/json' && !mediaType.endsWith('+json')) {
            throw problem(415, 'media-type-unsupported', 'A layoff notice is sent as application/json.')
          }
          const notice = validate(parseJson(await readBody(request, response, limits)))
          const registered = await registerNotice(door, notice)
          sendJson(response, registered.result === 'repeated' ? 200 : 202, registered)
        },
      },
    }
  },
})
