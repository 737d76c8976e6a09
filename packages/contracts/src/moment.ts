import { daysOfLocalDate, digitsAt, localDateOfDays } from './local-date-days.ts'

const dayMilliseconds = 86_400_000
const [dash, dot, colon, plus, zero] = [45, 46, 58, 43, 48]

/**
 * Milliseconds since 1970 of an RFC 3339 text with a zone; undefined where it is none. What is finer than a millisecond
 * is left out. Counted in whole numbers, since every event holds times and Date makes objects of them.
 */
export function millisecondsOfMoment(text: string): number | undefined {
  const days = daysOfLocalDate(text.slice(0, 10))
  const separator = text.charCodeAt(10) | 0x20
  if (days === undefined || separator !== 0x74 || text.length < 20) return undefined
  const hours = digitsAt(text, 11, 13)
  const minutes = digitsAt(text, 14, 16)
  const seconds = digitsAt(text, 17, 19)
  if (text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon) return undefined
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return undefined
  const zoneAt = endOfFraction(text)
  const offset = zoneAt === undefined ? undefined : offsetMinutes(text, zoneAt)
  if (zoneAt === undefined || offset === undefined) return undefined
  const withinDay = hours * 3_600_000 + (minutes - offset) * 60_000 + seconds * 1_000
  return days * dayMilliseconds + withinDay + fraction(text, zoneAt)
}

/** Where the zone begins; undefined where a fraction has no digits or more than nine. */
function endOfFraction(text: string): number | undefined {
  if (text.charCodeAt(19) !== dot) return 19
  let at = 20
  while (text.charCodeAt(at) >= zero && text.charCodeAt(at) <= zero + 9) at++
  return at > 20 && at <= 29 ? at : undefined
}

function fraction(text: string, end: number): number {
  let milliseconds = 0
  for (let at = 20; at < 23; at++) milliseconds = milliseconds * 10 + (at < end ? text.charCodeAt(at) - zero : 0)
  return end === 19 ? 0 : milliseconds
}

/** Minutes that the zone is ahead of UTC. */
function offsetMinutes(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at)
  if ((sign | 0x20) === 0x7a) return text.length === at + 1 ? 0 : undefined
  if (sign !== plus && sign !== dash) return undefined
  if (text.length !== at + 6 || text.charCodeAt(at + 3) !== colon) return undefined
  const hours = digitsAt(text, at + 1, at + 3)
  const minutes = digitsAt(text, at + 4, at + 6)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined
  return sign === plus ? hours * 60 + minutes : -hours * 60 - minutes
}

/** A moment as RFC 3339 text in UTC with milliseconds, as `Date` writes it. */
export function textOfMoment(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMilliseconds)
  const date = localDateOfDays(days)
  // Years before 0 and after 9999 have forms of their own.
  if (date === undefined) return new Date(milliseconds).toISOString()
  const seconds = Math.floor((milliseconds - days * dayMilliseconds) / 1_000)
  const clock = `${twoDigits(Math.trunc(seconds / 3_600))}:${twoDigits(Math.trunc(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`
  const rest = milliseconds - days * dayMilliseconds - seconds * 1_000
  return `${date}T${clock}.${rest < 100 ? '0' : ''}${twoDigits(rest)}Z`
}

/** A writer of moments, for who writes one after the other: those of one second differ in their last digits only. */
export function createMomentWriter(): (milliseconds: number) => string {
  let second = Number.NaN
  let beginning = ''
  return (milliseconds) => {
    const rest = milliseconds - Math.floor(milliseconds / 1_000) * 1_000
    if (milliseconds - rest !== second) {
      const text = textOfMoment(milliseconds)
      beginning = text.slice(0, -4)
      second = milliseconds - rest
    }
    return `${beginning}${rest < 100 ? '0' : ''}${twoDigits(rest)}Z`
  }
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}
