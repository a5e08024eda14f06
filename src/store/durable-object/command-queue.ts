/**
 * Groups the commands that an account is asked: one that comes singly runs at once; what comes while
 * that is being written runs together, in order, because under load the transaction is most of the
 * cost. No timer takes part: in a crowd a timer rings only once all else is done, which is too late.
 */
import type { AccountCommand, AccountReply } from '../../account/commands.ts'

/** A command with whoever waits for its reply. */
export interface Asked {
  readonly command: AccountCommand
  readonly resolve: (reply: AccountReply) => void
  readonly reject: (error: unknown) => void
}

export class CommandQueue {
  readonly #run: (group: readonly Asked[]) => Promise<void>
  readonly #written: () => Promise<void>
  #waiting: Asked[] = []
  #busy = false

  /**
   * `run` answers every command of its group, and never rejects; no group begins before it is done.
   * `written` resolves once what was run is durable; that it never will be is no business of the queue.
   */
  constructor(run: (group: readonly Asked[]) => Promise<void>, written: () => Promise<void>) {
    this.#run = run
    this.#written = written
  }

  ask(command: AccountCommand): Promise<AccountReply> {
    const { promise, resolve, reject } = Promise.withResolvers<AccountReply>()
    this.#waiting.push({ command, resolve, reject })
    if (!this.#busy) void this.#runWaiting()
    return promise
  }

  async #runWaiting(): Promise<void> {
    this.#busy = true
    while (this.#waiting.length > 0) {
      const groups = erasuresApart(this.#waiting)
      this.#waiting = []
      for (const group of groups) await this.#run(group)
      await this.#written().catch(() => undefined)
    }
    this.#busy = false
  }
}

/** Erasing is no change of records: it stands alone between what came before it and after it. */
function erasuresApart(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const groups: Asked[][] = []
  let open: Asked[] | null = null
  for (const one of asked) {
    const alone = one.command.type === 'erase'
    if (open !== null && !alone) {
      open.push(one)
      continue
    }
    const group = [one]
    groups.push(group)
    open = alone ? null : group
  }
  return groups
}
