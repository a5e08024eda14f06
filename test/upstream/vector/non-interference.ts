// Two tenants of one service, and one of them does whatever it can: what the other has, and what it is
// told, stays as it was. The whole gateway in this process, in front of a stand-in.
import fc from 'fast-check'
import { expect } from 'vitest'
import type { VectorUpstream } from '../../../src/upstream/vector/upstream.ts'
import { openGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { quietInTime } from '../../support/fakes/vector-upstream.ts'

export const ACTOR = 'acme'
export const OTHER = 'victim'
export const SECRET = 'what-only-the-victim-knows'

/** One request. The target begins below the mount, and may be what no client would send. */
export interface Command {
  readonly operation: string
  readonly method: string
  readonly target: string
  /** As JSON, or as it is where it is text. */
  readonly body?: unknown
}

export interface SharedService {
  readonly upstream: VectorUpstream
  /** What makes a tenant's possessions; the secret is the other's alone. */
  seed(secret: string): readonly Command[]
  /** What the other asks, again and again. */
  readonly reads: readonly Command[]
  /** What is stored outside of the actor's own places, as text. */
  others(): Promise<string>
  close(): Promise<void>
}

/** What a run has come to, so that one of refusals alone does not pass for a proof. */
export interface Tally {
  done: number
  refused: number
  /** Operations that were done at least once. */
  readonly operations: Set<string>
}

/** Of the actor's names at the service, but for the one that it sends as if it were its own. */
const PHYSICAL = new RegExp(`tenant_${ACTOR}_(?!docs)`)

/** Each answer as text, free of times and of what counts requests. */
const UNSTEADY = /"(?:time|operation_id|request_id)":(?:[^,{}"]+|"[^"]*")/g

export async function expectNoInterference(
  open: () => Promise<SharedService>,
  commands: readonly Command[],
  tally: Tally,
): Promise<void> {
  const service = await open()
  try {
    const gateway = openGateway({ upstream: scriptedFetch(), vectors: [service.upstream] })
    const ask = async (key: string, { method, target, body }: Command) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await gateway.send(`/${service.upstream.name}${target}`, {
        method,
        headers: { 'api-key': key, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: text }),
      })
      return { status: response.status, text: await response.text() }
    }
    const actor = await gateway.makeTenant({ id: ACTOR })
    const other = await gateway.makeTenant({ id: OTHER })
    for (const command of service.seed('nothing')) await ask(actor.key, command)
    for (const command of service.seed(SECRET)) {
      expect(await ask(other.key, command)).toMatchObject({ status: 200 })
    }
    /** What the other is told, its quotas included. */
    const told = async () => {
      const answers = []
      for (const read of service.reads) answers.push(await ask(other.key, read))
      const quotas = await gateway.admin('GET', `/tenants/${OTHER}/quotas`)
      answers.push({ status: quotas.status, text: await quotas.text() })
      return answers.map(({ status, text }) => `${status} ${text.replaceAll(UNSTEADY, '')}`)
    }
    await quietInTime(gateway)
    const [before, answers] = [await service.others(), await told()]
    expect(answers.join()).toContain(SECRET)
    for (const command of commands) {
      const { status, text } = await ask(actor.key, command)
      if (status < 300) tally.operations.add(command.operation)
      tally.done += status < 300 ? 1 : 0
      tally.refused += status >= 400 && status < 500 ? 1 : 0
      expect(status).toBeLessThan(500)
      expect(text).not.toContain(SECRET)
      expect(text).not.toMatch(PHYSICAL)
      expect(await service.others()).toBe(before)
    }
    expect(await told()).toEqual(answers)
    expect(gateway.lines.filter((line) => line.includes('vector.'))).toEqual([])
  } finally {
    await service.close()
  }
}

/** Few runs every day, more where TOLLGATE_LONG asks for them. */
export const NUM_RUNS = process.env['TOLLGATE_LONG'] ? 60 : 3
const COMMANDS_A_RUN = 250

export async function proveNonInterference(
  open: () => Promise<SharedService>,
  command: fc.Arbitrary<Command>,
): Promise<Tally> {
  const tally: Tally = { done: 0, refused: 0, operations: new Set() }
  const commands = fc.array(command, {
    minLength: COMMANDS_A_RUN,
    maxLength: COMMANDS_A_RUN,
    size: 'max',
  })
  await fc.assert(
    fc.asyncProperty(commands, (all) => expectNoInterference(open, all, tally)),
    { numRuns: NUM_RUNS, endOnFailure: true },
  )
  return tally
}
