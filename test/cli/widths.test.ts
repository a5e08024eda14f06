// What is printed fits the terminal, whatever that says of its size.
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { run } from '../../cli/run.ts'
import {
  ADMIN_TOKEN,
  answered,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'
import { idleTerminal, withCli } from './support/run-cli.ts'

let gateway: RecordedGateway
let env: Record<string, string>

beforeEach(async () => {
  gateway = await startRecordedGateway()
  env = { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: ADMIN_TOKEN, NO_COLOR: '1' }
})
afterEach(() => gateway.stop())

it('takes a terminal that knows no size of its own for one of 80 columns', async () => {
  const [unknown, usual] = await withCli(
    async (cli) => [
      await cli(['usage', 'acme'], { columns: 0 }),
      await cli(['usage', 'acme'], { columns: 80 }),
    ],
    env,
  )
  expect(unknown?.stdout).toContain('requests_per_m')
  expect(unknown?.stdout).toBe(usual?.stdout)
})

it('draws a watched report no taller than the screen', async () => {
  const options = { columns: 80, rows: 10, interruptAfterPauses: 1 }
  const { stdout } = await withCli((cli) => cli(['usage', 'acme', '--watch'], options), env)
  expect(stdout.match(/\n/g)).toHaveLength(9)
})

it('draws a watched report as wide as the terminal has become', async () => {
  const frames: string[] = []
  const stdout = {
    isTTY: true,
    columns: 100,
    write: (text: string) => frames.push(text) > 0,
  }
  const interrupt = new AbortController()
  await run(['usage', 'acme', '--watch'], {
    ...idleTerminal(),
    env,
    stdout,
    interrupted: interrupt.signal,
    pause: async () => {
      if (frames.length > 1) interrupt.abort()
      interrupt.signal.throwIfAborted()
      stdout.columns = 40
      await gateway.inside.chat(gateway.ownKey)
      await gateway.inside.quiet()
    },
  })
  const widest = frames.map((frame) =>
    Math.max(
      ...stripVTControlCharacters(frame)
        .split('\n')
        .map((line) => line.length),
    ),
  )
  expect(widest).toEqual([expect.toSatisfy((width) => width > 40), 40])
})

it('shows how far a job is on one line of a narrow terminal', async () => {
  const job = (done: number, status: string) =>
    answered({
      job: {
        id: 'job_0123456789abcdefghijkl',
        kind: 'plan.change',
        from: 'pro',
        to: null,
        status,
        total: 10_000,
        done,
        changed: 0,
        failed: [],
        created_at: '2026-06-17T12:00:00Z',
        updated_at: '2026-06-17T12:00:00Z',
      },
    })
  gateway.answerNext(job(1, 'running'), job(10_000, 'done'))
  const args = ['job', 'get', 'job_1', '--wait']
  const { stderr } = await withCli((cli) => cli(args, { typed: '', columns: 40 }), env)
  const lines = stderr.split('\r\u001b[K')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toMatch(/^█{20} 10000\/10000 job_?/)
  expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThan(40)
})
