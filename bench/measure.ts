// One cell of the table in one round: a workload on a row, with the CPU time that it took everyone.
import { setTimeout as pause } from 'node:timers/promises'
import type { Child } from './child.ts'
import { cpuMs } from './cpu.ts'
import { type Job, JobResult } from './job.ts'
import type { Target } from './row.ts'
import type { Workload } from './suite.ts'

export interface Cell extends JobResult {
  /** CPU milliseconds of the gateway's process for each answer; null where it cannot be known. */
  readonly cpuMsEach: number | null
  /** Shares of one core, 1 = all of it, while the load ran. */
  readonly busy: Busy
}

export interface Busy {
  readonly gateway: number | null
  readonly upstream: number | null
  readonly load: number | null
}

export interface Crew {
  readonly load: Child
  readonly upstream: Child
}

/** What goes on after the last answer belongs to the answers too. */
const AFTERMATH_MS = 100
const PATIENCE_MS = 15_000

export async function measure(
  { load, upstream }: Crew,
  target: Target,
  workload: Workload,
  seconds: number,
): Promise<Cell> {
  const pids = { gateway: target.pid, upstream: upstream.pid, load: load.pid }
  const before = readAll(pids)
  const startedAtMs = performance.now()
  load.send(jobFor(target, workload, seconds))
  const result = JobResult.parse(await load.hear(seconds * 1_000 + PATIENCE_MS))
  const elapsedMs = performance.now() - startedAtMs
  await pause(AFTERMATH_MS)
  const after = readAll(pids)
  const spent = {
    gateway: minus(after.gateway, before.gateway),
    upstream: minus(after.upstream, before.upstream),
    load: minus(after.load, before.load),
  }
  return {
    ...result,
    cpuMsEach:
      spent.gateway === null || result.answered === 0 ? null : spent.gateway / result.answered,
    busy: {
      gateway: share(spent.gateway, elapsedMs),
      upstream: share(spent.upstream, elapsedMs),
      load: share(spent.load, elapsedMs),
    },
  }
}

function jobFor(
  { url, key }: Target,
  { ask: { method, path, body, expect }, connections }: Workload,
  seconds: number,
): Job {
  return {
    method,
    url: url + path,
    // A gateway that asks for no key is sent one too, so that all read the same bytes.
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      authorization: `Bearer ${key ?? 'nobody-asks-for-this-key'.padEnd(70, '.')}`,
    },
    body,
    connections,
    seconds,
    expect,
  }
}

function readAll(pids: Record<keyof Busy, number | null>): Busy {
  const read = (pid: number | null) => (pid === null ? null : cpuMs(pid))
  return { gateway: read(pids.gateway), upstream: read(pids.upstream), load: read(pids.load) }
}

function minus(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before
}

function share(spentMs: number | null, elapsedMs: number): number | null {
  return spentMs === null ? null : spentMs / elapsedMs
}
