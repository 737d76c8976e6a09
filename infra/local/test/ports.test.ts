import { describe, expect, test } from 'vitest'
import { listeningInodes, portTaken } from '../src/machine/ports.ts'
import { choosePorts, refuseUnknownPortVariables } from '../src/stack-ports.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:3C48 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 41877 1 0000000000000000
   1: 0100007F:4A94 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42001 1 0000000000000000
   2: 0100007F:3C48 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000   101        0 43555 1 0000000000000000
`

describe('who holds a port', () => {
  test('is found by the socket that listens on it, not by its connections', () => {
    expect(listeningInodes(table, 15_432)).toEqual(['41877'])
  })

  test('is unknown where nobody listens', () => {
    expect(listeningInodes(table, 18_080)).toEqual([])
  })
})

describe('a port that is taken', () => {
  test('is reported with the part, the port, its holder and the way out', () => {
    const error = portTaken('kafka', 19_092, 'SAMSPILL_PORT_KAFKA', 'process 4711 (java -Xmx512m kafka.Kafka)')
    expect(error.code).toBe('port-taken')
    expect(error.message).toBe(
      'kafka needs port 19092 on 127.0.0.1, but process 4711 (java -Xmx512m kafka.Kafka) holds it: end that process, ' +
        'or choose another port with SAMSPILL_PORT_KAFKA',
    )
  })

  test('is reported also where its holder cannot be seen', () => {
    expect(portTaken('kafka', 19_092, 'SAMSPILL_PORT_KAFKA', undefined).message).toContain('but another process holds')
  })
})

describe('a port that the environment chooses', () => {
  test('is for a part or a service that there is: a typing error is refused with the names', () => {
    const refuse = (name: string): void =>
      refuseUnknownPortVariables({ [name]: '18080' }, ['ingress', 'layoff-notices'])
    expect(() => refuse('SAMSPILL_PORT_INGRES')).toThrow(
      /^SAMSPILL_PORT_INGRES names no part and no service: take it out, or write one of .*SAMSPILL_PORT_INGRESS/,
    )
    expect(() => refuse('SAMSPILL_PORT_LAYOFF_NOTICES')).not.toThrow()
    expect(() => refuse('SAMSPILL_PORT_KAFKA')).not.toThrow()
  })

  test.each(['kafka', '0', '65536', '1.5'])('must be a port: %s is refused by its variable', async (text) => {
    await expect(choosePorts('usual', { SAMSPILL_PORT_KAFKA: text }, 1)).rejects.toThrow(
      'SAMSPILL_PORT_KAFKA is no port: write a whole number from 1 to 65535',
    )
  })
})
