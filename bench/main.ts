// `npm run bench`: starts an upstream, a load generator and every row, measures all of them in turn,
// round after round, and prints one table. Loopback only; whatever it starts, it ends.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { loadLuaInNode } from '../build/lua-plugins.ts'
import { Child } from './child.ts'
import { type Cell, type Crew, measure } from './measure.ts'
import type { Row, Target } from './row.ts'
import { rows } from './rows.ts'
import { readSettings, type Settings, USAGE } from './settings.ts'
import type { Suite, Workload } from './suite.ts'
import { table } from './table.ts'

// The gateway that counts runs in this process, and imports its scripts.
loadLuaInNode()
const { countRoundTrips } = await import('./round-trips.ts')

const START_MS = 10_000
const WARM_UP_SECONDS = 0.5
/** A run that takes longer than planned by this factor is ended: nothing here may run on unseen. */
const MAX_OVERRUN = 3
const SETTLED_WITHIN_MS = 10_000

interface Contestant {
  readonly row: Row
  readonly target: Target
  answered: number
}

/** Undone last first, once, however the run ends. */
const undo: (() => Promise<void>)[] = []
let ending = false
/** What is half started cannot be ended yet. */
let starting: Promise<unknown> = Promise.resolve()

async function end(exitCode: number): Promise<void> {
  if (ending) return
  ending = true
  await starting.catch(() => undefined)
  for (const step of undo.toReversed()) await step().catch(complain)
  process.exit(exitCode)
}

function complain(error: unknown): void {
  console.error(`bench: ${error instanceof Error ? error.message : 'failed'}`)
}

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2))
  if (settings === null) {
    console.log(USAGE)
    return
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(130))
  }
  const seconds = plannedSeconds(settings)
  setTimeout(
    () => {
      complain(new Error('the run takes far too long'))
      void end(1)
    },
    seconds * MAX_OVERRUN * 1_000,
  ).unref()
  console.error(`bench: ${settings.rounds} round(s), about ${Math.ceil(seconds)} s in all`)
  const roundTrips = await countRoundTrips(settings.suite)
  const started = start(settings.suite)
  starting = started
  const { crew, contestants } = await started
  console.log(table(await run(crew, contestants, settings)))
  for (const contestant of contestants) await tellSettled(contestant)
  console.log(`store calls a request, warm: ${roundTrips}`)
  await end(0)
}

function plannedSeconds({ rounds, seconds, suite: { workloads, warmUps } }: Settings): number {
  const cells = workloads.map(({ ask }) => seconds + 0.15 + 1.2 * ask.answerSeconds)
  const round = cells.reduce((sum, cell) => sum + cell, 0) * rows.length
  return 5 + rows.length * warmUps.length * WARM_UP_SECONDS + rounds * round
}

async function start(suite: Suite): Promise<{ crew: Crew; contestants: Contestant[] }> {
  const upstream = startChild(suite.upstream)
  const { port } = z.object({ port: z.int() }).parse(await upstream.hear(START_MS))
  const load = startChild('load.ts')
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-bench-'))
  undo.unshift(() => rm(folder, { recursive: true, force: true }))
  const contestants: Contestant[] = []
  for (const [at, row] of rows.entries()) {
    const own = join(folder, String(at))
    await mkdir(own)
    const target = await row.start({
      folder: own,
      upstreamUrl: `http://127.0.0.1:${port}`,
      suite,
      onOutput: (text) => void process.stderr.write(`${row.name}: ${text}`),
      onStarted: (stop) => void undo.push(stop),
    })
    contestants.push({ row, target, answered: target.prepared ?? 0 })
  }
  return { crew: { load, upstream }, contestants }
}

function startChild(file: string): Child {
  const child = new Child(file)
  undo.push(() => child.stop())
  return child
}

async function run(
  crew: Crew,
  contestants: readonly Contestant[],
  { rounds, seconds, suite: { workloads, warmUps } }: Settings,
): Promise<Map<string, Map<string, Cell[]>>> {
  const cells = new Map(
    workloads.map(({ name }) => [name, new Map(rows.map((row) => [row.name, new Array<Cell>()]))]),
  )
  const take = async (
    contestant: Contestant,
    workload: Workload,
    forSeconds: number,
  ): Promise<Cell> => {
    const cell = await measure(crew, contestant.target, workload, forSeconds)
    contestant.answered += cell.answered
    return cell
  }
  for (const contestant of contestants) {
    for (const workload of warmUps) await take(contestant, workload, WARM_UP_SECONDS)
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const workload of workloads) {
      for (const contestant of contestants) {
        const cell = await take(contestant, workload, seconds)
        cells.get(workload.name)?.get(contestant.row.name)?.push(cell)
      }
    }
    console.error(`bench: round ${round} of ${rounds} done`)
  }
  return cells
}

/** Whether what was answered was also paid for: settlement comes after the answer. */
async function tellSettled({ row, target, answered }: Contestant): Promise<void> {
  if (target.settled === undefined) return
  const deadline = performance.now() + SETTLED_WITHIN_MS
  let total = await target.settled()
  while (total.requests < answered && performance.now() < deadline) {
    await pause(100)
    total = await target.settled()
  }
  const { requests, refused } = total
  console.log(`${row.name}: ${answered} answered, ${requests} settled, ${refused} refused`)
}

main().catch((error: unknown) => {
  // Whoever ends the run also breaks off what it is waiting for.
  if (!ending) complain(error)
  return end(1)
})
