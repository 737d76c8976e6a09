import { expect, test } from 'vitest'
import { hasRoom } from '../src/cluster/small-disk.ts'

const mebibyte = 1024 * 1024

// A hub that was kept for 35 runs lost a broker in the middle of a run that was about another fault.
test.each([
  { free: 640, room: true },
  { free: 128, room: true },
  { free: 127, room: false },
  { free: 0, room: false },
])('a small disk with $free MiB left has room for further runs: $room', ({ free, room }) => {
  expect(hasRoom({ freeBytes: free * mebibyte })).toBe(room)
})

test('where there is no small disk, the machine’s own has room', () => {
  expect(hasRoom('a small disk needs Linux: mount a tmpfs there')).toBe(true)
})
