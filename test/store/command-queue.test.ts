import { describe, expect, it } from 'vitest'
import type { AccountCommand } from '../../src/account/commands.ts'
import { type Asked, CommandQueue } from '../../src/store/durable-object/command-queue.ts'
import { turns } from '../support/fakes/clock.ts'

const renew = (holdId: string): AccountCommand => {
  return { type: 'renew', holdId, incarnation: 'inc-1', checkpoint: null }
}
const ERASE: AccountCommand = { type: 'erase', incarnation: 'inc-1' }

/** A queue whose groups end, and are written, when the test says so. */
function open() {
  const begun: { readonly group: readonly string[]; readonly end: () => void }[] = []
  const writing: (() => void)[] = []
  const queue = new CommandQueue(
    (group) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const end = () => {
        for (const asked of group) asked.resolve({ type: 'gone' })
        resolve()
      }
      begun.push({ group: group.map(nameOf), end })
      return promise
    },
    () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      writing.push(resolve)
      return promise
    },
  )
  const groups = () => begun.map(({ group }) => group)
  const endGroup = async () => {
    begun.at(-1)?.end()
    await turns()
  }
  const beWritten = async () => {
    writing.shift()?.()
    await turns()
  }
  return { queue, groups, endGroup, beWritten }
}

function nameOf({ command }: Asked): string {
  return command.type === 'renew' ? command.holdId : command.type
}

describe('the queue of commands', () => {
  it('runs a command that comes singly at once', () => {
    const { queue, groups } = open()
    void queue.ask(renew('a'))
    expect(groups()).toEqual([['a']])
  })

  it('runs what came while a group ran, and while it was written, as one group in order', async () => {
    const { queue, groups, endGroup, beWritten } = open()
    void queue.ask(renew('a'))
    void queue.ask(renew('b'))
    await endGroup()
    void queue.ask(renew('c'))
    expect(groups()).toEqual([['a']])
    await beWritten()
    expect(groups()).toEqual([['a'], ['b', 'c']])
  })

  it('begins no group before the one before it is done', async () => {
    const { queue, groups, endGroup, beWritten } = open()
    void queue.ask(renew('a'))
    void queue.ask(renew('b'))
    await beWritten()
    expect(groups()).toEqual([['a']])
    await endGroup()
    await beWritten()
    expect(groups()).toEqual([['a'], ['b']])
  })

  it('goes on when what was run could not be made durable', async () => {
    const groups: number[] = []
    const queue = new CommandQueue(
      async (group) => {
        groups.push(group.length)
        for (const asked of group) asked.resolve({ type: 'gone' })
      },
      () => Promise.reject(new Error('disk')),
    )
    await Promise.all([queue.ask(renew('a')), queue.ask(renew('b')), queue.ask(renew('c'))])
    expect(groups).toEqual([1, 2])
  })

  it('runs an erasure alone, between what was asked before it and after it', async () => {
    const { queue, groups, endGroup, beWritten } = open()
    void queue.ask(renew('a'))
    for (const command of [renew('b'), renew('c'), ERASE, ERASE, renew('d'), renew('e')]) {
      void queue.ask(command)
    }
    await endGroup()
    await beWritten()
    for (let group = 0; group < 4; group += 1) await endGroup()
    expect(groups()).toEqual([['a'], ['b', 'c'], ['erase'], ['erase'], ['d', 'e']])
  })

  it('runs a single command at once again when nothing came meanwhile', async () => {
    const { queue, groups, endGroup, beWritten } = open()
    const first = queue.ask(renew('a'))
    await endGroup()
    expect(await first).toEqual({ type: 'gone' })
    await beWritten()
    void queue.ask(renew('b'))
    expect(groups()).toEqual([['a'], ['b']])
  })
})
