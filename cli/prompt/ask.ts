// Questions to a person, on stderr, so that stdout stays data. Ctrl-C in one interrupts the command;
// Ctrl-D gives no answer.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure, interruption } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** One line, as typed. Throws Failure: interrupted, or refused where there is no answer. */
export function ask(terminal: Terminal, question: string): Promise<string> {
  return readLine(terminal, terminal.stderr, question)
}

/** The same, without a trace of the answer on the terminal. */
export function askSecret(terminal: Terminal, question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  return readLine(terminal, nowhere, question)
}

function readLine(
  { stdin: input, stderr, interrupted: signal }: Terminal,
  echo: Writable,
  question: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // `terminal` takes the echo away from the terminal itself: only what `echo` is sent is seen.
    const lines = createInterface({ input, output: echo, terminal: true, historySize: 0, signal })
    const end = (settle: () => void, isEchoed = false): void => {
      lines.removeAllListeners()
      lines.close()
      if (!isEchoed) stderr.write('\n')
      settle()
    }
    lines.once('line', (line) => end(() => resolve(line), echo === stderr))
    lines.once('SIGINT', () => end(() => reject(interruption())))
    lines.once('close', () => {
      const noAnswer = new Failure('refused', { title: 'No answer.' })
      end(() => reject(signal.aborted ? interruption() : noAnswer))
    })
    if (echo === stderr) {
      lines.setPrompt(question)
      lines.prompt()
    } else {
      // Only now: what is typed before this is on the screen has no echo any more.
      stderr.write(question)
    }
  })
}
