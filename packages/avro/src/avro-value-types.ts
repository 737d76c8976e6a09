import avsc, { type Type } from 'avsc'
import { decimalFromBytes, decimalToBytes } from './decimal-bytes.ts'
import { daysOfLocalDate, localDateOfDays } from '@samspill/contracts'
import { smallestLong } from './long-range.ts'

const { LogicalType, LongType, StringType } = avsc.types

/** `date` as `yyyy-mm-dd` text. */
export class DateType extends LogicalType {
  constructor(schema: Parameters<typeof Type.forSchema>[0], options?: object) {
    super(schema, options)
    if (this.underlyingType.typeName !== 'int') throw new Error('a date is written as an int')
  }

  protected override _toValue(value: unknown): number | undefined {
    return daysOfLocalDate(value)
  }

  protected override _fromValue(days: number): string {
    const text = localDateOfDays(days)
    if (text === undefined) throw new RangeError('a date is outside the years 0000 to 9999')
    return text
  }

  protected override _resolve(writer: Type): ((days: number) => string) | undefined {
    return writer.typeName === 'int' ? (days) => this._fromValue(days) : undefined
  }
}

/** `decimal` as text, e.g. `"12.50"`. */
export class DecimalType extends LogicalType {
  readonly #precision: number
  readonly #scale: number

  constructor(schema: Parameters<typeof Type.forSchema>[0], options?: object) {
    super(schema, options)
    this.#precision = Number(Reflect.get(Object(schema), 'precision'))
    this.#scale = Number(Reflect.get(Object(schema), 'scale') ?? 0)
    if (this.underlyingType.typeName !== 'bytes') throw new Error('a decimal is written as bytes here')
    if (!Number.isInteger(this.#precision) || this.#precision < 1 || this.#precision > 100) {
      throw new Error('a decimal needs a precision from 1 to 100')
    }
    if (!Number.isInteger(this.#scale) || this.#scale < 0 || this.#scale > this.#precision) {
      throw new Error('a decimal needs a scale from 0 to its precision')
    }
  }

  protected override _toValue(value: unknown): Buffer | undefined {
    return decimalToBytes(value, this.#precision, this.#scale)
  }

  protected override _fromValue(bytes: Buffer): string {
    const text = decimalFromBytes(bytes, this.#precision, this.#scale)
    if (text === undefined) throw new RangeError('a decimal is beyond its precision')
    return text
  }

  protected override _resolve(writer: Type): ((bytes: Buffer) => string) | undefined {
    return writer.typeName === 'bytes' ? (bytes) => this._fromValue(bytes) : undefined
  }
}

/** What avsc's types have beyond their declarations. */
interface Writing {
  _write(tap: object, value: unknown): void
}
const writeLong = (LongType.prototype as unknown as Writing)._write
const writeText = (StringType.prototype as unknown as Writing)._write

/** `long` that refuses what avsc would write with another sign. */
export class ExactLongType extends LongType {
  _write(tap: object, value: unknown): void {
    if (typeof value === 'number' && value < smallestLong) throw new RangeError('a long is too small')
    writeLong.call(this, tap, value)
  }
}

/** `string` that refuses half characters, which UTF-8 would silently replace. */
export class WellFormedTextType extends StringType {
  _write(tap: object, value: unknown): void {
    if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('a text holds half a character')
    writeText.call(this, tap, value)
  }
}
