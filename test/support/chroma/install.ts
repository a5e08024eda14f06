// Gets the Chroma server that npm ships as a native module (417 MB), once, into `server/` beside
// this file: the suite installs it when a test needs it, and `.ci/run` beforehand
// (`node test/support/chroma/install.ts`). Says why when it cannot be had; tests are then skipped.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'

const FOLDER = join(import.meta.dirname, 'server')
const PACKAGE = 'chromadb-js-bindings-linux-x64-gnu'
/** npm writes it last: without it an installation was broken off. */
const FINISHED = join(FOLDER, 'node_modules', '.package-lock.json')
/** Whoever makes it installs; its owner's pid stands in it. */
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
    await rm(LOCK, { force: true })
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
    if (await isAbandoned()) await rm(LOCK, { force: true })
    else await pause(POLL_MS)
  }
}

/** A link appears at once and with all that is in it, so that a lock always has an owner. */
async function tryLock(): Promise<boolean> {
  const own = `${LOCK}-${process.pid}`
  await writeFile(own, `${process.pid}`)
  try {
    await link(own, LOCK)
    return true
  } catch {
    return false
  } finally {
    await rm(own, { force: true })
  }
}

/** Whether its owner has died. One that is gone by now was given up in order. */
async function isAbandoned(): Promise<boolean> {
  const pid = Number(await readFile(LOCK, 'utf8').catch(() => process.pid))
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** What went wrong, or null. */
async function runNpm(): Promise<string | null> {
  const quiet = ['--no-audit', '--no-fund', '--no-progress']
  // Where there is no registry to be reached, npm would try for minutes.
  const impatient = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000']
  const npm = spawn('npm', ['ci', '--prefix', FOLDER, ...quiet, ...impatient], {
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
  const [first = printed.trim()] = /^npm error.*$/m.exec(printed) ?? []
  return failed ? `npm could not install it: ${first}` : null
}

if (import.meta.main) await installChroma()
