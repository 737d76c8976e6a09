import type { LayoffNoticeKind, LayoffNoticeReason, LayoffNotified } from '@samspill/schemas'
import { localDate, organisationNumber, timestamp } from '@samspill/service'

/** A layoff notice as employers send it, with the format's own Norwegian names. */
export interface LayoffNotice {
  readonly id: string
  readonly type: 'MASSEOPPSIGELSE' | 'PERMITTERING_UTEN_LØNN' | 'INNSKRENKNING_I_ARBEIDSTID'
  readonly antallBerorte: number
  readonly bedriftsnummer: string
  readonly sendtInnTidspunkt: string
  readonly trukketTidspunkt?: string | null
  readonly startDato: string
  readonly sluttDato?: string | null
  readonly årsakskode:
    | 'MANGEL_PÅ_ARBEID'
    | 'RÅSTOFFMANGEL'
    | 'ARBEIDSKONFLIKT_ELLER_STREIK'
    | 'BRANN'
    | 'PÅLEGG_FRA_OFFENTLIG_MYNDIGHET'
    | 'ANDRE_ÅRSAKER'
  readonly yrkeskategorier: readonly {
    readonly konseptId?: number | null
    readonly styrk08?: string | null
    readonly label?: string | null
    readonly antall?: number | null
  }[]
}

/** Translates a valid notice to what the event says. What the format has besides, free text included, is left out. */
export function notifiedBy(notice: LayoffNotice): LayoffNotified {
  return {
    noticeId: notice.id.replace(/^urn:uuid:/i, '').toLowerCase(),
    subUnit: organisationNumber(notice.bedriftsnummer),
    kind: kinds[notice.type],
    affectedCount: notice.antallBerorte,
    submittedAt: timestamp(notice.sendtInnTidspunkt),
    start: localDate(notice.startDato),
    end: notice.sluttDato ? localDate(notice.sluttDato) : null,
    reason: reasons[notice.årsakskode],
    occupations: notice.yrkeskategorier.map((each) => ({
      conceptId: each.konseptId ?? null,
      styrk08: each.styrk08 ?? null,
      label: each.label ?? null,
      count: each.antall ?? null,
    })),
  }
}

const kinds: Readonly<Record<LayoffNotice['type'], LayoffNoticeKind>> = {
  MASSEOPPSIGELSE: 'MASS_DISMISSAL',
  PERMITTERING_UTEN_LØNN: 'LAYOFF_WITHOUT_PAY',
  INNSKRENKNING_I_ARBEIDSTID: 'REDUCED_WORKING_HOURS',
}

const reasons: Readonly<Record<LayoffNotice['årsakskode'], LayoffNoticeReason>> = {
  MANGEL_PÅ_ARBEID: 'LACK_OF_WORK',
  RÅSTOFFMANGEL: 'LACK_OF_RAW_MATERIALS',
  ARBEIDSKONFLIKT_ELLER_STREIK: 'LABOUR_DISPUTE_OR_STRIKE',
  BRANN: 'FIRE',
  PÅLEGG_FRA_OFFENTLIG_MYNDIGHET: 'ORDER_FROM_PUBLIC_AUTHORITY',
  ANDRE_ÅRSAKER: 'OTHER',
}
