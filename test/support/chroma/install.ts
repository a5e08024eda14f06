// Gets the Chroma server that npm ships as a native module (417 MB), once, into `server/` beside
// this file: the suite installs it when a test needs it, and `.ci/run` beforehand
// (`node test/support/chroma/install.ts`). Says why when it cannot be had; tests are then skipped.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'

const FOLDER = join(import.meta.dirname, 'server')
const PACKAGE = 'chromadb-js-bindings-linux-x64-gnu'
/** npm writes it last: without it an installation was broken off. */
const FINISHED = join(FOLDER, 'node_modules', '.package-lock.json')
/** A folder, since making one is atomic. Whoever makes it installs; its owner's pid lies in it. */
const LOCK = join(FOLDER, 'installing')
const POLL_MS = 100

export type ChromaInstallation =
  /** `binding` is what the server's process loads. */
  { readonly ok: true; readonly binding: string } | { readonly ok: false; readonly reason: string }

/** Safe to call from many processes at once: one installs, the others wait for it. */
export async function installChroma(): Promise<ChromaInstallation> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return skipped(`it runs on linux-x64 only, and this is ${process.platform}-${process.arch}`)
  }
  if (existsSync(FINISHED)) return { ok: true, binding: resolveBinding() }
  await takeLock()
  try {
    if (!existsSync(FINISHED)) {
      console.log('chroma: the server is being installed (417 MB, once)')
      const failure = await runNpm()
      if (failure !== null) return skipped(failure)
      console.log('chroma: the server is installed')
    }
    return { ok: true, binding: resolveBinding() }
  } finally {
    await rm(LOCK, { recursive: true, force: true })
  }
}

function skipped(why: string): ChromaInstallation {
  const reason = `there is no Chroma server, so what needs it is not tested: ${why}`
  console.warn(`skipped: ${reason}`)
  return { ok: false, reason }
}

function resolveBinding(): string {
  return createRequire(join(FOLDER, 'package.json')).resolve(PACKAGE)
}

async function takeLock(): Promise<void> {
  while (!(await tryLock())) {
    if (await isAbandoned()) await rm(LOCK, { recursive: true, force: true })
    else await pause(POLL_MS)
  }
}

async function tryLock(): Promise<boolean> {
  try {
    await mkdir(LOCK)
  } catch {
    return false
  }
  await writeFile(join(LOCK, 'pid'), `${process.pid}`)
  return true
}

/** Whether its owner has died. One that has just been made has no pid in it yet. */
async function isAbandoned(): Promise<boolean> {
  const pid = Number(await readFile(join(LOCK, 'pid'), 'utf8').catch(() => ''))
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** What went wrong, or null. */
async function runNpm(): Promise<string | null> {
  const npm = spawn('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--no-progress'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const failed = await once(npm, 'close').then(
    ([code]) => code !== 0,
    (error: unknown) => {
      printed += String(error)
      return true
    },
  )
  return failed ? `npm could not install it: ${printed.trim().slice(-500)}` : null
}

if (import.meta.main) await installChroma()
