// The load generator, as a process of its own: each connection asks, reads the whole answer, asks
// again (a closed loop). Takes one job at a time, and is bounded in time and in count.
import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { endWithParent, tellParent } from './child.ts'
import { Job, type JobResult } from './job.ts'

const MAX_ANSWERS = 200_000
const PATIENCE_MS = 10_000
/** After an error, so that a gateway that is down is not hammered. */
const AFTER_ERROR_MS = 20

interface Timing {
  readonly firstByteMs: number
  readonly wholeMs: number
}

endWithParent()
process.on('message', (message: unknown) => void run(Job.parse(message)).then(tellParent))

async function run(job: Job): Promise<JobResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections })
  const body = Buffer.from(job.body)
  const timings: Timing[] = []
  const errors: Record<string, number> = {}
  const endAtMs = performance.now() + job.seconds * 1_000

  /** Answers a second of one connection, until the end of the last answer that it began in time. */
  const connection = async (): Promise<number> => {
    const startedAtMs = performance.now()
    let answered = 0
    while (performance.now() < endAtMs && timings.length < MAX_ANSWERS) {
      try {
        timings.push(await exchange(job, body, agent))
        answered += 1
      } catch (error) {
        const name = error instanceof Error ? error.message : 'failed'
        errors[name] = (errors[name] ?? 0) + 1
        await pause(AFTER_ERROR_MS)
      }
    }
    return answered / ((performance.now() - startedAtMs) / 1_000)
  }

  const rates = await Promise.all(Array.from({ length: job.connections }, connection))
  agent.destroy()
  const firstByte = sorted(timings.map(({ firstByteMs }) => firstByteMs))
  const whole = sorted(timings.map(({ wholeMs }) => wholeMs))
  return {
    answered: timings.length,
    errors,
    perSecond: rates.reduce((sum, rate) => sum + rate, 0),
    firstByteP50Ms: quantile(firstByte, 0.5),
    firstByteP99Ms: quantile(firstByte, 0.99),
    p50Ms: quantile(whole, 0.5),
    p99Ms: quantile(whole, 0.99),
  }
}

/** Rejects with an Error whose message is what is counted. */
function exchange(
  { method, url, headers, expect }: Job,
  body: Buffer,
  agent: Agent,
): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const sentAtMs = performance.now()
    const sent = request(url, { method, agent, headers }, (answer) => {
      if (answer.statusCode !== 200) {
        answer.resume()
        answer.once('close', () => reject(new Error(`status ${answer.statusCode}`)))
        return
      }
      read(answer, expect, sentAtMs).then(resolve, reject)
    })
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer in time')))
    sent.once('error', reject)
    sent.end(body)
  })
}

function read(answer: IncomingMessage, expect: Job['expect'], sentAtMs: number): Promise<Timing> {
  return new Promise((resolve, reject) => {
    let firstByteMs = 0
    let bytes = 0
    let last: Buffer = Buffer.alloc(0)
    answer.on('data', (chunk: Buffer) => {
      if (bytes === 0) firstByteMs = performance.now() - sentAtMs
      bytes += chunk.length
      last = chunk.length >= expect.end.length ? chunk : Buffer.concat([last, chunk])
    })
    answer.once('end', () => {
      const right = bytes >= expect.minBytes && last.toString('latin1').endsWith(expect.end)
      if (right) resolve({ firstByteMs, wholeMs: performance.now() - sentAtMs })
      else reject(new Error('an answer that is not whole'))
    })
    answer.once('error', reject)
  })
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort()
}

/** By nearest rank; 0 where there is nothing. */
function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? 0
}
