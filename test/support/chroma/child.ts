// The process that is the Chroma server: `node child.ts BINDING FOLDER PORT`. The server never gives
// its thread back and heeds no signal in between, so it runs in a thread of its own while the main
// one waits for the end of stdin: whatever becomes of the test, its server ends with it.
import { createRequire } from 'node:module'
import process from 'node:process'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import * as z from 'zod'

const Binding = z.object({ cli: z.custom<(args: string[]) => void>((f) => f instanceof Function) })

if (isMainThread) {
  const server = new Worker(new URL(import.meta.url), { workerData: process.argv.slice(2) })
  server.once('exit', (code) => process.exit(code))
  process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL')).resume()
} else {
  const [binding, folder, port] = z.tuple([z.string(), z.string(), z.string()]).parse(workerData)
  const { cli } = Binding.parse(createRequire(import.meta.url)(binding))
  cli(['chroma', 'run', '--path', folder, '--host', '127.0.0.1', '--port', port])
}
