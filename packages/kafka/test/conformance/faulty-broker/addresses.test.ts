import { describe, expect, test } from 'vitest'
import { withBrokersAt, withCoordinatorAt, withKnownVersions } from './addresses.ts'
import { FrameWriter } from './frames.ts'

const proxy = { host: '127.0.0.1', port: 40_000 }
const correlationId = 7

describe('the answers of a broker behind the proxy', () => {
  test('name the proxy for every broker, and keep the rest of the cluster', () => {
    const rest = Buffer.from('cluster id, controller and topics')
    const metadata = (at: (node: number) => { host: string; port: number }): Buffer => {
      const writer = new FrameWriter().int32(correlationId).int32(0).int32(2)
      for (const node of [1, 2]) {
        writer
          .int32(node)
          .string(at(node).host)
          .int32(at(node).port)
          .string(node === 1 ? 'oslo' : null)
      }
      return writer.bytes(rest).frame
    }
    const broker = metadata((node) => ({ host: `broker-${node}.hub`, port: 9092 }))
    expect(withBrokersAt(broker, 8, proxy)).toEqual(metadata(() => proxy))
  })

  test('name the proxy for the coordinator, unless there is none', () => {
    const coordinator = (errorCode: number, host: string, port: number): Buffer =>
      new FrameWriter().int32(correlationId).int32(0).int16(errorCode).string(null).int32(1).string(host).int32(port)
        .frame
    const found = withCoordinatorAt(coordinator(0, 'broker-1.hub', 9092), 2, proxy)
    expect(found).toEqual(coordinator(0, proxy.host, proxy.port))
    expect(withCoordinatorAt(coordinator(15, '', -1), 2, proxy)).toEqual(coordinator(15, '', -1))
  })

  test('claim no version that the proxy cannot read', () => {
    const versions = (newest: { produce: number; metadata: number; fetch: number }): FrameWriter =>
      new FrameWriter()
        .int32(correlationId)
        .int16(0)
        .int32(3)
        .int16(0)
        .int16(3)
        .int16(newest.produce)
        .int16(3)
        .int16(0)
        .int16(newest.metadata)
        .int16(1)
        .int16(4)
        .int16(newest.fetch)
    const broker = versions({ produce: 13, metadata: 13, fetch: 18 }).frame
    expect(withKnownVersions(broker, 2)).toEqual(versions({ produce: 8, metadata: 8, fetch: 18 }).frame)
  })
})
