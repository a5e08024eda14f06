// One start at a time on a state folder, and no workerd left over from one that was killed: two
// processes on the same databases would each believe that the money is theirs to count.
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import * as z from 'zod'
import { isMissing, jsonOrNull } from './state-folder.ts'

const Holder = z.strictObject({ starter: z.int().min(1), workerd: z.int().min(1).nullable() })

export interface FolderLock {
  /** Remembers the workerd that now works on the folder. */
  record(workerdPid: number): Promise<void>
  release(): Promise<void>
}

class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

const POLL_MS = 20
const END_MS = 2_000

/**
 * Takes the folder. A workerd that a killed start has left behind is ended first, but only one whose
 * command line names this very folder. Rejects with FolderInUse while another start is alive.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'lock.json')
  const write = (workerd: number | null, flag: 'wx' | 'w'): Promise<void> =>
    writeFile(path, JSON.stringify({ starter: process.pid, workerd }), { flag })
  try {
    await write(null, 'wx')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    await clearStale(path, folder)
    await write(null, 'wx').catch((cause: unknown) => {
      throw new FolderInUse(`another start has just taken ${folder}`, { cause })
    })
  }
  return {
    record: (workerdPid) => write(workerdPid, 'w'),
    release: () => rm(path, { force: true }),
  }
}

async function clearStale(path: string, folder: string): Promise<void> {
  const holder = Holder.safeParse(jsonOrNull(await readOrEmpty(path)))
  if (holder.success) {
    const { starter, workerd } = holder.data
    if (starter !== process.pid && /\bmain\.ts\b/.test(await commandLine(starter))) {
      throw new FolderInUse(
        `Tollgate already runs on ${folder} (process ${starter}): end it, or set TOLLGATE_STATE_DIR to another folder`,
      )
    }
    if (workerd !== null) await endLeftOver(workerd, join(folder, 'workerd.capnp'))
  }
  await rm(path, { force: true })
}

/** Ends the process only when it serves the configuration at `configPath`: a pid may be anyone's by now. */
async function endLeftOver(pid: number, configPath: string): Promise<void> {
  const isOurs = async (): Promise<boolean> => (await commandLine(pid)).includes(configPath)
  if (!(await isOurs())) return
  process.kill(pid, 'SIGKILL')
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await pause(POLL_MS)) {
    if (!(await isOurs())) return
  }
  throw new FolderInUse(`workerd (process ${pid}) is left from an earlier start and does not end`)
}

/** The command line of a running process; empty when there is none or it is not ours to see. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readOrEmpty(`/proc/${pid}/cmdline`)
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', `${pid}`]).catch(
    () => null,
  )
  return listed?.stdout ?? ''
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
      return ''
    }
    throw error
  }
}
