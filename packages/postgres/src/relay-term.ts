import { HubError } from '@samspill/contracts'
import { Bell } from './bell.ts'
import type { OutboxVacuum } from './outbox-vacuum.ts'
import type { RelayOptions } from './relay.ts'
import { deleteSent, holdsRows, parkRows, readOutbox, type RelayRow } from './relay-store.ts'
import { RelayWindow, windowLimits } from './relay-window.ts'
import type { Session } from './session.ts'

const scanMilliseconds = 250
/** Timers count whole milliseconds and may come this early: who is woken then scans, instead of waiting for the rest. */
const earlyMilliseconds = 2
/** Deleting together what is acknowledged close together costs less; the rows cannot be sent twice meanwhile. */
const deleteAfterMilliseconds = 20
const deleteAtOnce = 200
/** After a read that brought several rows the next one for waking alone rests, a millisecond for each but the first, up
 *  to this: where much is written each read brings more, and each request to the brokers holds more; one row waits for
 *  nothing. */
const longestPause = 40

/** The time in which one process relays: from winning the lock until it stops or the connection is gone. */
export class RelayTerm {
  readonly #session: Session
  readonly #options: Omit<RelayOptions, 'database'>
  readonly #counts: { sent: number; failed: number }
  readonly #vacuum: Pick<OutboxVacuum, 'deleted'>
  readonly #now: () => number
  readonly #window: RelayWindow
  readonly #bell = new Bell()
  readonly #over = new AbortController()
  #stopping = false
  #woken = true
  #scanAt = 0
  #wakeAt = 0
  #deleteAt: number | undefined

  constructor(
    session: Session,
    options: Omit<RelayOptions, 'database'>,
    shared: { readonly counts: { sent: number; failed: number }; readonly vacuum: Pick<OutboxVacuum, 'deleted'> },
  ) {
    this.#session = session
    this.#options = options
    this.#counts = shared.counts
    this.#vacuum = shared.vacuum
    this.#now = options.now ?? (() => performance.now())
    this.#window = new RelayWindow(windowLimits, this.#now, options.random ?? Math.random)
    session.lost.addEventListener('abort', () => this.#bell.ring())
    session.onNotification(() => this.wake())
  }

  get underWay(): number {
    return this.#window.underWay
  }

  wake(): void {
    // Whoever was woken reads when its rest is over, however often it is told.
    if (this.#woken) return
    this.#woken = true
    this.#bell.ring()
  }

  stop(): void {
    this.#stopping = true
    this.#bell.ring()
  }

  /** Relays until stopped. Throws what the database answers; nothing that was sent meanwhile is deleted then. */
  async run(): Promise<void> {
    try {
      // One thing after the other: a read never overlaps a delete or a parking, so that it brings nothing back.
      while (!this.#stopping) {
        this.#session.lost.throwIfAborted()
        await this.#park()
        await this.#delete()
        await this.#read()
        this.#send()
        await this.#bell.wait(this.#restMilliseconds())
      }
      await this.#lastRead()
      await this.#drain()
    } finally {
      this.#over.abort()
    }
  }

  /** Whoever was told of rows and then to stop sends them first: the process that wrote them may be the only one. */
  async #lastRead(): Promise<void> {
    if (!this.#woken) return
    this.#wakeAt = 0
    await this.#read()
    this.#send()
  }

  async #drain(): Promise<void> {
    const until = this.#now() + (this.#options.drainMilliseconds ?? 5_000)
    while (this.#window.underWay > 0 && this.#now() < until) {
      await this.#bell.wait(Math.min(scanMilliseconds, until - this.#now()))
      await this.#park()
      await this.#delete()
      await this.#giveSign()
    }
    this.#deleteAt = 0
    await this.#park()
    await this.#delete()
  }

  /** Asks whether there is any row: the server takes a relay that asks nothing for one that hangs, and cuts it off. */
  async #giveSign(): Promise<boolean> {
    this.#scanAt = this.#now() + scanMilliseconds
    return await holdsRows(this.#session)
  }

  async #park(): Promise<void> {
    const refused = this.#window.refusedRows()
    if (refused.length === 0) return
    await parkRows(this.#session, refused)
    this.#window.forgetRefused(refused)
    const alike = Map.groupBy(refused, ({ row, code }) => `${row.topic} ${code}`)
    for (const [first, ...others] of alike.values()) {
      if (first === undefined) continue
      this.#options.log.warn('events were refused and are parked in the outbox with the later ones of their subjects', {
        topic: first.row.topic,
        eventType: first.row.type,
        eventId: first.row.eventId,
        reason: first.code,
        count: others.length + 1,
      })
    }
  }

  async #delete(): Promise<void> {
    const due = this.#deleteAt !== undefined && this.#deleteAt <= this.#now()
    if (this.#window.sent === 0 || (!due && this.#window.sent < deleteAtOnce)) return
    const rows = this.#window.sentRows()
    await deleteSent(this.#session, rows)
    this.#window.forgetSent(rows)
    this.#vacuum.deleted(rows)
    this.#deleteAt = this.#window.sent === 0 ? undefined : this.#now() + deleteAfterMilliseconds
  }

  async #read(): Promise<void> {
    const stuck = this.#options.stuck?.() ?? []
    const scan = this.#now() >= this.#scanAt - earlyMilliseconds
    const due = this.#window.readDue || (this.#woken && this.#now() >= this.#wakeAt)
    if (!this.#window.hasRoom(stuck)) {
      this.#wakeAt = this.#now() + longestPause
      if (scan) await this.#giveSign()
      return
    }
    if (!due && !scan) return
    if (!due && this.#window.held === 0 && !(await this.#giveSign())) return
    this.#woken = false
    this.#window.readDue = false
    this.#scanAt = this.#now() + scanMilliseconds
    const { rows, more } = await readOutbox(this.#session, this.#window.leftOut(stuck))
    this.#wakeAt = this.#now() + Math.min(longestPause, Math.max(0, rows.length - 1))
    this.#window.take(rows)
    if (!more) return
    this.#window.readDue = true
    this.#bell.ring()
  }

  #send(): void {
    for (const row of this.#window.begin()) {
      this.#options.send(row, this.#over.signal).then(
        () => this.#acknowledged(row),
        (error: unknown) => this.#failed(row, error),
      )
    }
  }

  #acknowledged(row: RelayRow): void {
    this.#counts.sent += 1
    const more = this.#window.acknowledged(row)
    const isFirst = this.#deleteAt === undefined
    this.#deleteAt ??= this.#now() + deleteAfterMilliseconds
    // Hundreds of rows are acknowledged together, and most of them change nothing that is not waited for already.
    if (more || isFirst || this.#stopping || this.#window.sent >= deleteAtOnce) this.#bell.ring()
  }

  #failed(row: RelayRow, error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#counts.failed += 1
    const code = error instanceof HubError ? error.code : 'send-failed'
    if (isPermanent(error)) this.#window.refused(row, code)
    else this.#tryAgain(row, code)
    this.#bell.ring()
  }

  #tryAgain(row: RelayRow, reason: string): void {
    const milliseconds = this.#window.failed(row)
    // One line for all rows that fail together.
    if (milliseconds === undefined) return
    const { topic, partition, type: eventType, eventId } = row
    const message = 'an event could not be sent and is tried again'
    this.#options.log.warn(message, { topic, partition, eventType, eventId, reason, milliseconds })
  }

  #restMilliseconds(): number {
    const now = this.#now()
    const wakeAt = this.#woken ? this.#wakeAt : Infinity
    const due = Math.min(this.#scanAt, wakeAt, this.#deleteAt ?? Infinity, this.#window.nextRetryAt() ?? Infinity)
    return Math.max(0, Math.min(scanMilliseconds, due - now))
  }
}

function isPermanent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  return ('permanent' in error && error.permanent === true) || ('retriable' in error && error.retriable === false)
}
