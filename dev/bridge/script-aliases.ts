// Scripts written for Upstash begin with `#!lua flags=allow-key-locking`, which any other Redis refuses
// to run. The bridge takes the flag out; as that changes a script's SHA-1, it keeps for each such
// script which SHA Redis knows it by, so that a client goes on using its own.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Command, Reply } from './reply.ts'

const UPSTASH_FLAG = 'allow-key-locking'
/** Beyond that the oldest is forgotten: its next EVALSHA is a NOSCRIPT, its next EVAL is learnt from. */
const MAX_ALIASES = 1_000

export interface Translation {
  readonly command: Command
  /** What to tell the client for Redis' answer. */
  told(reply: Reply): Reply
}

export class ScriptAliases {
  /** The client's SHA -> Redis'. */
  readonly #aliases = new Map<string, string>()

  translate(command: Command): Translation {
    const [name, second = '', ...rest] = command
    switch (name.toLowerCase()) {
      case 'eval':
      case 'eval_ro':
        if (command.length < 2) return asIs(command)
        return asIs([name, this.#learn(second), ...rest])
      case 'evalsha':
      case 'evalsha_ro':
        if (command.length < 2) return asIs(command)
        return asIs([name, this.#shaOf(second), ...rest])
      case 'script':
        return this.#translateScript(command)
      default:
        return asIs(command)
    }
  }

  #translateScript(command: Command): Translation {
    const [name, verb = '', ...rest] = command
    const [text = ''] = rest
    switch (verb.toLowerCase()) {
      case 'exists':
        return asIs([name, verb, ...rest.map((sha) => this.#shaOf(sha))])
      case 'load':
        if (rest.length !== 1) return asIs(command)
        return {
          command: [name, verb, this.#learn(text)],
          told: (reply) => (reply.type === 'bulk' ? { type: 'bulk', bytes: hexOf(text) } : reply),
        }
      default:
        return asIs(command)
    }
  }

  #shaOf(sha: string): string {
    return this.#aliases.get(sha.toLowerCase()) ?? sha
  }

  /** The text that Redis is given. */
  #learn(text: string): string {
    const plain = withoutUpstashFlag(text)
    if (plain === text) return text
    const sha = sha1(text)
    this.#aliases.delete(sha)
    this.#aliases.set(sha, sha1(plain))
    const [oldest] = this.#aliases.keys()
    if (this.#aliases.size > MAX_ALIASES && oldest !== undefined) this.#aliases.delete(oldest)
    return plain
  }
}

function asIs(command: Command): Translation {
  return { command, told: (reply) => reply }
}

/** Other flags stay; a line with no other is emptied, not removed, so that errors name the same lines. */
function withoutUpstashFlag(text: string): string {
  const [line = '', given] = /^#!lua flags=([a-z,-]+)(?=\n|$)/.exec(text) ?? []
  const flags = given?.split(',') ?? []
  if (!flags.includes(UPSTASH_FLAG)) return text
  const left = flags.filter((flag) => flag !== UPSTASH_FLAG)
  return `${left.length === 0 ? '' : `#!lua flags=${left.join(',')}`}${text.slice(line.length)}`
}

function sha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex')
}

function hexOf(text: string): Buffer {
  return Buffer.from(sha1(text), 'latin1')
}
