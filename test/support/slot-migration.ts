// Moves one slot of a cluster to another node in the steps that an operator's tool takes, so that a
// test can look in between (Redis cluster specification, "Cluster live reconfiguration").
import type { RedisNode } from '../../dev/bridge/redis-node.ts'
import { type Command, textOf } from '../../dev/bridge/reply.ts'
import { valueOf } from './redis-commands.ts'
import { nodeOf, type RedisCluster } from './redis-server.ts'

export interface SlotMigration {
  /** From here on the source sends whoever asks for a missing key to the target. */
  begin(): Promise<void>
  move(keys: readonly string[]): Promise<void>
  moveAll(): Promise<void>
  /** From here on the slot is the target's. */
  finish(): Promise<void>
  /** How often any node has answered with this error since the cluster began. */
  countErrors(code: string): Promise<number>
  close(): void
}

const SLOTS = 16_384

export function prepareMigration(cluster: RedisCluster, slot: number): SlotMigration {
  const nodes = cluster.nodes.map(nodeOf)
  const owner = Math.min(Math.floor((slot * nodes.length) / SLOTS), nodes.length - 1)
  const [source, target] = [nodes[owner], nodes[(owner + 1) % nodes.length]]
  if (source === undefined || target === undefined) throw new Error('too few nodes')

  async function tell(node: RedisNode, ...command: Command): Promise<string> {
    const reply = await node.send(command)
    if (reply.type === 'error') throw new Error(reply.message)
    return textOf(reply) ?? ''
  }
  const setSlot = (node: RedisNode, ...how: string[]) =>
    tell(node, 'CLUSTER', 'SETSLOT', `${slot}`, ...how)
  const idOf = (node: RedisNode) => tell(node, 'CLUSTER', 'MYID')
  const keysLeft = async () =>
    valueOf(await source.send(['CLUSTER', 'GETKEYSINSLOT', `${slot}`, '1000'])) as string[]

  async function move(keys: readonly string[]): Promise<void> {
    const { host, port } = target?.address ?? { host: '', port: 0 }
    if (source !== undefined && keys.length > 0) {
      await tell(source, 'MIGRATE', host, `${port}`, '', '0', '5000', 'KEYS', ...keys)
    }
  }

  return {
    async begin() {
      await setSlot(target, 'IMPORTING', await idOf(source))
      await setSlot(source, 'MIGRATING', await idOf(target))
    },
    move,
    async moveAll() {
      for (let keys = await keysLeft(); keys.length > 0; keys = await keysLeft()) await move(keys)
    },
    async finish() {
      const id = await idOf(target)
      for (const node of [target, source, ...nodes]) await setSlot(node, 'NODE', id)
    },
    async countErrors(code) {
      const stats = await Promise.all(nodes.map((node) => tell(node, 'INFO', 'errorstats')))
      const counts = stats.map((text) => new RegExp(`errorstat_${code}:count=(\\d+)`).exec(text))
      return counts.reduce((sum, found) => sum + Number(found?.[1] ?? 0), 0)
    },
    close() {
      for (const node of nodes) node.close()
    },
  }
}
