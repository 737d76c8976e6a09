import { randomBytes } from 'node:crypto'
import { keySecret } from '@samspill/contracts'
import { connectTestHub, throwAwayAgency } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { decisionStream, noticeContract, noticeStream, type SurgeRun } from './streams.ts'

/** How many are laid off. */
export const surgeSizes = { tenth: 40_000, whole: 400_000, tenfold: 4_000_000 } as const

/** The notices that all rounds read, by how many there are. */
export type PreparedSurge = Readonly<Record<string, string>>

/** Publishes the notices; those of the largest surge only when they are needed. */
export async function prepareSurge(stage: BenchStage): Promise<PreparedSurge> {
  const prepared: Record<string, string> = {}
  for (const size of [surgeSizes.tenth, surgeSizes.whole]) prepared[size] = await publishNotices(stage, size)
  return prepared
}

/** A round's own streams and names, and the agency whose notices it reads. */
export async function prepareRound(stage: BenchStage, size: number): Promise<SurgeRun> {
  const noticeAgency = (stage.prepared as PreparedSurge)[size] ?? (await publishNotices(stage, size))
  const agency = throwAwayAgency()
  await using hub = await connectTestHub({ ...process.env, SAMSPILL_STACK: stage.stack })
  await hub.createStream(decisionStream(agency))
  return { noticeAgency, agency, secret: newSecret(), municipality: `${agency}-municipality` }
}

const atOnce = 5_000

/** One notice each for so many people. Gives the agency that they are of. */
async function publishNotices(stage: BenchStage, size: number): Promise<string> {
  const agency = throwAwayAgency()
  {
    await using hub = await connectTestHub({ ...process.env, SAMSPILL_STACK: stage.stack })
    await hub.createStream(noticeStream(agency))
  }
  await using opened = new AsyncDisposableStack()
  const wanted = { contract: noticeContract(agency), secret: keySecret(agency, newSecret()) }
  const { make, send } = await openHubPublishing(stage, wanted, opened)
  let number = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (number < size) await send(make(noticeOf(number++)))
    }),
  )
  return agency
}

function noticeOf(number: number): { subject: string; employer: string; percent: number } {
  return {
    subject: String(10_000_000_000 + number * 7),
    employer: String(900_000_000 + (number % 9_973)),
    percent: 40 + (number % 61),
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
