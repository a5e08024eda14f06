// A Redis Cluster as one Redis: each command goes to the node that serves its slot, and follows the
// slot where it moves. What is one node's to say, and would pass for the cluster's, is refused.
import { setTimeout as pause } from 'node:timers/promises'
import { type Redirection, readRedirection, readSlots, type SlotTable } from './cluster-slots.ts'
import { firstKey, type KeyPositions, readKeyPositions } from './command-keys.ts'
import {
  asTransaction,
  readTransaction,
  type Redis,
  RedisUnusable,
  type TransactionOutcome,
} from './redis.ts'
import { RedisGone } from './redis-connection.ts'
import { RedisNode } from './redis-node.ts'
import type { Login, NodeAddress } from './redis-url.ts'
import type { Command, Reply } from './reply.ts'
import { slotOf } from './slot.ts'

const MAX_REDIRECTIONS = 8
/** Keys of one command on both sides of a migration: the answer until all of them have moved. */
const MAX_TRY_AGAINS = 40
const TRY_AGAIN_MS = 20

const OF_EVERY_MASTER = new Set(['script', 'flushall', 'flushdb'])
const OF_ONE_NODE = new Set(['keys', 'scan', 'dbsize', 'randomkey'])
const TWO_SLOTS = "CROSSSLOT Keys in request don't hash to the same slot"

export class ClusterRedis implements Redis {
  readonly #login: Login
  readonly #nodes = new Map<string, RedisNode>()
  readonly #keyPositions: KeyPositions
  #slots: SlotTable
  #refreshing: Promise<void> | null = null

  private constructor(
    login: Login,
    slots: SlotTable,
    keyPositions: KeyPositions,
    first: RedisNode,
  ) {
    this.#login = login
    this.#slots = slots
    this.#keyPositions = keyPositions
    this.#nodes.set(nameOf(first.address), first)
  }

  /** Through any one of its nodes. Rejects with RedisUnusable or RedisGone. */
  static async open(first: RedisNode, login: Login): Promise<ClusterRedis> {
    const slots = readSlots(await first.send(['CLUSTER', 'SLOTS']), first.address)
    if (slots === null) throw new RedisUnusable('its answer to CLUSTER SLOTS is not understood')
    if (slots.includes(undefined)) throw new RedisUnusable('its nodes do not serve every slot')
    const keyPositions = await readKeyPositions((command) => first.send(command))
    return new ClusterRedis(login, slots, keyPositions, first)
  }

  async send(command: Command): Promise<Reply> {
    const name = command[0].toLowerCase()
    if (OF_ONE_NODE.has(name)) {
      return { type: 'error', message: `ERR ${name} is not available on a cluster` }
    }
    if (OF_EVERY_MASTER.has(name)) return this.#sendToAll(command)
    const slot = await this.#slotOf(command)
    return this.#sendOne(command, slot)
  }

  async transaction(commands: readonly Command[]): Promise<TransactionOutcome> {
    const slots = new Set<number>()
    for (const command of commands) {
      const slot = await this.#slotOf(command)
      if (slot !== null) slots.add(slot)
    }
    if (slots.size > 1) return { done: false, error: TWO_SLOTS }
    const [slot = null] = slots
    // The first error, whichever command was refused, is what EXEC gives up for.
    const refusal = (replies: readonly Reply[]) => replies.find(({ type }) => type === 'error')
    return readTransaction(await this.#follow(asTransaction(commands), slot, refusal))
  }

  close(): void {
    for (const node of this.#nodes.values()) node.close()
  }

  async #slotOf(command: Command): Promise<number | null> {
    const askAnyone = (question: Command) => this.#sendOne(question, null)
    const key = await firstKey(command, this.#keyPositions, askAnyone)
    return key === null ? null : slotOf(key)
  }

  async #sendOne(command: Command, slot: number | null): Promise<Reply> {
    const [reply] = await this.#follow([command], slot, ([only]) => only)
    return reply ?? { type: 'error', message: 'ERR no answer' }
  }

  /** Sends to the node of `slot`, or any, and on to where it is sent; `judged` is the reply that tells. */
  async #follow(
    commands: readonly Command[],
    slot: number | null,
    judged: (replies: readonly Reply[]) => Reply | undefined,
  ): Promise<readonly Reply[]> {
    let to = slot === null ? undefined : this.#slots[slot]
    let asking = false
    let redirections = 0
    let tryAgains = 0
    for (;;) {
      const node = this.#nodeAt(to)
      const replies = await this.#sendVia(node, commands, asking)
      const telling = judged(replies)
      const redirection = telling === undefined ? null : readRedirection(telling, node.address)
      if (redirection !== null && redirections < MAX_REDIRECTIONS) {
        redirections += 1
        if (redirection.kind === 'moved') void this.#learn(redirection)
        to = redirection.to
        asking = redirection.kind === 'ask'
      } else if (isTryAgain(telling) && tryAgains < MAX_TRY_AGAINS) {
        tryAgains += 1
        await pause(TRY_AGAIN_MS)
      } else {
        return replies
      }
    }
  }

  async #sendVia(
    node: RedisNode,
    commands: readonly Command[],
    asking: boolean,
  ): Promise<readonly Reply[]> {
    try {
      if (!asking) return await node.sendAll(commands)
      return (await node.sendAll([['ASKING'], ...commands])).slice(1)
    } catch (error) {
      // The next command is to find out who has taken the slots over.
      if (error instanceof RedisGone) void this.#refresh(node)
      throw error
    }
  }

  async #learn({ slot, to }: Redirection): Promise<void> {
    this.#slots[slot] = to
    await this.#refresh(null)
    // The newest word on this slot, whatever the others have heard by now.
    this.#slots[slot] = to
  }

  #refresh(except: RedisNode | null): Promise<void> {
    this.#refreshing ??= this.#readSlots(except).finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** Takes the table of the first node that has one; the old one stays where nobody knows better. */
  async #readSlots(except: RedisNode | null): Promise<void> {
    for (const node of this.#nodes.values()) {
      if (node === except) continue
      const reply = await node.send(['CLUSTER', 'SLOTS']).catch(() => null)
      const slots = reply === null ? null : readSlots(reply, node.address)
      if (slots === null) continue
      this.#slots = slots
      return
    }
  }

  async #sendToAll(command: Command): Promise<Reply> {
    const masters = new Map(
      this.#slots.flatMap((at) => (at === undefined ? [] : [[nameOf(at), at]])),
    )
    const replies = await Promise.all(
      [...masters.values()].map((address) => this.#nodeAt(address).send(command)),
    )
    return replies.find(({ type }) => type === 'error') ?? weakest(replies)
  }

  #nodeAt(address: NodeAddress | undefined): RedisNode {
    const wanted = address ?? this.#slots.find((served) => served !== undefined)
    if (wanted === undefined) throw new RedisGone('unsent', 'no node of the cluster is known')
    const known = this.#nodes.get(nameOf(wanted)) ?? new RedisNode(wanted, this.#login)
    this.#nodes.set(nameOf(wanted), known)
    return known
  }
}

/** What holds on every master: of SCRIPT EXISTS the lowest of each, of equal replies any. */
function weakest(replies: readonly Reply[]): Reply {
  const [first] = replies
  if (first?.type !== 'array') return first ?? { type: 'null' }
  return {
    type: 'array',
    items: first.items.map((item, at) => {
      const others = replies.map((reply) => (reply.type === 'array' ? reply.items[at] : undefined))
      return others.find((other) => other?.type === 'integer' && other.digits === '0') ?? item
    }),
  }
}

function isTryAgain(reply: Reply | undefined): boolean {
  return reply?.type === 'error' && reply.message.startsWith('TRYAGAIN')
}

function nameOf({ host, port }: NodeAddress): string {
  return `${host}:${port}`
}
