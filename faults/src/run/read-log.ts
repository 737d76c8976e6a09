import { compileContract } from '@samspill/avro'
import { headerText } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import type { HistoryLine } from '../history/history-lines.ts'
import type { Occurrence, OccurrenceContract } from '../load/run-setting.ts'

/** Where the log of a stream ends now, by partition. */
export async function endOfLog(kafka: KafkaConnection, topic: string): Promise<ReadonlyMap<number, bigint>> {
  return new Map((await kafka.topics.logEnds(topic)).map(({ partition, latest }) => [partition, latest]))
}

/** Reads the whole log of a stream from these offsets on, up to what is its last record now. */
export async function readLog(
  kafka: KafkaConnection,
  contract: OccurrenceContract,
  begin: ReadonlyMap<number, bigint>,
): Promise<readonly HistoryLine[]> {
  const { type } = compileContract(contract)
  const topic = contract.stream.name
  const end = await endOfLog(kafka, topic)
  const lines: HistoryLine[] = []
  const ranges = Array.from(end, ([partition, to]) => ({ topic, partition, from: begin.get(partition) ?? 0n, to }))
  for await (const { partition, records } of kafka.readRanges(ranges)) {
    for (const { offset, value, headers } of records) {
      const header = (name: string): string | undefined => headerText(headers, name)
      // The frame's five bytes name the schema, which is the contract's own: nobody else writes to this stream.
      const { subject, number, series } = type.fromBuffer((value ?? Buffer.alloc(5)).subarray(5)) as Occurrence
      const cause = header('ce_causationid')
      const [id = '', source = ''] = [header('ce_id'), header('ce_source')]
      lines.push({
        kind: 'logged',
        ...{ partition, offset: Number(offset), id, source, stream: topic, series, subject, number },
        ...(cause === undefined ? {} : { cause }),
      })
    }
  }
  return lines
}
