// Child processes that are spoken to: both ends of the channel. A child ends when its parent does,
// however that came about; the parent ends a child by its id.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export class Child {
  readonly #process: ChildProcess
  readonly #gone: Promise<void>

  /** `file` stands beside this one. */
  constructor(file: string) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)))
    this.#gone = new Promise((resolve) => {
      this.#process.once('exit', () => resolve())
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** The next message; rejects when the child ends or says nothing in time. */
  hear(patienceMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const child = this.#process
      const settle = (act: () => void) => {
        clearTimeout(impatient)
        child.off('message', heard).off('exit', ended)
        act()
      }
      const heard = (message: unknown) => settle(() => resolve(message))
      const ended = () => settle(() => reject(new Error('a child process has ended')))
      const impatient = setTimeout(
        () => settle(() => reject(new Error('a child process is silent'))),
        patienceMs,
      )
      child.on('message', heard).on('exit', ended)
    })
  }

  send(message: object): void {
    this.#process.send(message)
  }

  /** `SIGTERM` for a child that has something of its own to end. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#process.kill(signal)
    await this.#gone
  }
}

/** In the child. Ctrl-C in a terminal reaches every process; the parent is the one to end this. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => undefined)
}

/** In the child. */
export function tellParent(message: unknown): void {
  process.send?.(message)
}
