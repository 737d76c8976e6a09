import { connect } from 'node:net'
import { ByteCursor } from '../src/wire/byte-cursor.ts'

/** What a broker answers while it does not yet lead a partition of a topic that has just been created. */
const notLeader = 6
const attempts = 50

/** Puts a record batch on a partition exactly as it is, as a foreign producer could. Gives back its base offset. */
export async function produceRaw(broker: string, topic: string, partition: number, batch: Buffer): Promise<bigint> {
  for (let attempt = 1; ; attempt += 1) {
    const { errorCode, baseOffset } = await produceOnce(broker, topic, partition, batch)
    if (errorCode === 0) return baseOffset
    if (errorCode !== notLeader || attempt === attempts) {
      throw new Error(`the broker refused the batch with error ${errorCode}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Answer {
  readonly errorCode: number
  readonly baseOffset: bigint
}

async function produceOnce(broker: string, topic: string, partition: number, batch: Buffer): Promise<Answer> {
  const [host = '', port = ''] = broker.split(':')
  const socket = connect(Number(port), host)
  try {
    socket.write(produceRequest(topic, partition, batch))
    const chunks: Buffer[] = []
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      const answer = Buffer.concat(chunks)
      if (answer.length >= 4 && answer.length >= answer.readInt32BE(0) + 4) return answerIn(answer)
    }
    throw new Error('the broker closed the connection')
  } finally {
    socket.destroy()
  }
}

function produceRequest(topic: string, partition: number, batch: Buffer): Buffer {
  const int = (value: number, bytes: 2 | 4): Buffer => {
    const buffer = Buffer.alloc(bytes)
    buffer.writeIntBE(value, 0, bytes)
    return buffer
  }
  const text = (value: string): Buffer => Buffer.concat([int(Buffer.byteLength(value), 2), Buffer.from(value)])
  const header = [int(0, 2), int(7, 2), int(1, 4), text('raw'), int(-1, 2), int(-1, 2), int(30_000, 4)]
  const body = [int(1, 4), text(topic), int(1, 4), int(partition, 4), int(batch.length, 4), batch]
  const request = Buffer.concat([...header, ...body])
  return Buffer.concat([int(request.length, 4), request])
}

function answerIn(answer: Buffer): Answer {
  const cursor = new ByteCursor(answer)
  cursor.take(12)
  cursor.string()
  cursor.take(8)
  return { errorCode: cursor.int16(), baseOffset: cursor.int64() }
}
