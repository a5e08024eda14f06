// A real Chroma server (single node, Rust) of the test's own: a free port, a folder of its own, a
// process that ends with the test. It has no credentials of any kind; `recorded.ts` demands one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../start-up.ts'

export interface ChromaServer {
  /** Base URL, without `/api/v2`. */
  readonly url: string
  readonly pid: number
  /** Where it keeps its data: `chroma.sqlite3` and an index a collection. */
  readonly folder: string
  close(): Promise<void>
}

const POLL_MS = 20
const START_MS = 20_000

/** `binding` as `installChroma` gives it. */
export async function startChromaServer(binding: string): Promise<ChromaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-chroma-'))
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'child.ts'), binding, folder, `${port}`],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let printed = ''
  let running = true
  const note = (text: string): void => void (printed += text)
  child.stdout.setEncoding('utf8').on('data', note)
  child.stderr.setEncoding('utf8').on('data', note)
  const ended = once(child, 'exit').then(() => (running = false))
  const url = `http://127.0.0.1:${port}`
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const giveUpAt = Date.now() + START_MS
  while (!(await answers(url))) {
    if (!running || Date.now() > giveUpAt) {
      await close()
      throw new Error(`the Chroma server did not start: ${printed}`)
    }
    await pause(POLL_MS)
  }
  return { url, pid: child.pid ?? 0, folder, close }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/api/v2/heartbeat`).then(
    (response) => response.ok,
    () => false,
  )
}
