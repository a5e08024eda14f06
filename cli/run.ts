// One run of the command line: arguments in, exit code out. Everything that goes wrong ends here, as
// lines on stderr that never hold a token.
import { CommanderError } from '@commander-js/extra-typings'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure, type FailureText } from './failure.ts'
import { styleFor } from './output/style.ts'
import { plain, toJson } from './output/text.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { program, app } = createProgram(terminal)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return EXIT_CODES.ok
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.ok
    const failure = toFailure(error, terminal)
    if (failure !== null) {
      report(
        failure,
        terminal,
        { json: args.includes('--json'), color: !args.includes('--no-color') },
        app.secrets,
      )
    }
    return EXIT_CODES[failure?.kind ?? 'usage']
  }
}

/** null: the help that was printed says it all. */
function toFailure(error: unknown, { interrupted }: Terminal): Failure | null {
  if (error instanceof Failure) return error
  if (error instanceof CommanderError) {
    return error.code === 'commander.help' ? null : new Failure('usage', wrongUsage(error))
  }
  if (interrupted.aborted) return new Failure('interrupted', { title: 'Interrupted.' })
  const detail = error instanceof Error ? error.message : String(error)
  return new Failure('failure', { title: 'tollgate itself failed.', detail })
}

/** What was typed where it does not belong may be a token: it is not repeated. */
function wrongUsage({ code, message }: CommanderError): FailureText {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n')
  const suggestion = more
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1')
  const title =
    code === 'commander.excessArguments'
      ? first.replace(/: .*$/s, '.')
      : first.replace(/^(unknown option '[^'=]*)=.*$/s, "$1'")
  return { title: sentence(title), remedy: suggestion || 'Add --help to see what it takes.' }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function report(
  { kind, text }: Failure,
  terminal: Terminal,
  options: { readonly json: boolean; readonly color: boolean },
  secrets: ReadonlySet<string>,
): void {
  const { stderr, env } = terminal
  const { title, detail, remedy, members } = text
  if (options.json) {
    const error = { title, detail, remedy, ...members, kind, exit_code: EXIT_CODES[kind] }
    // In each text by itself: a token may be of such letters as JSON is made of.
    const json = toJson({ error }, { eachText: (text) => redact(text, secrets) })
    stderr.write(`${json}\n`)
    return
  }
  const say = (line: string): void => void stderr.write(`${redact(line, secrets)}\n`)
  const style = styleFor(stderr, env, options.color)
  if (kind === 'interrupted') {
    say(title)
    return
  }
  say(`${style('red', 'error:')} ${plain(title)}`)
  for (const line of detail?.split('\n') ?? []) say(`  ${plain(line)}`)
  if (remedy !== undefined) say(`  ${style('dim', 'try:')} ${plain(remedy)}`)
  const requestId = members?.['request_id']
  if (typeof requestId === 'string') say(`  ${style('dim', `request ${plain(requestId)}`)}`)
}

/** A server may repeat what it was sent. */
function redact(line: string, secrets: ReadonlySet<string>): string {
  return [...secrets].reduce((text, secret) => {
    const inJson = JSON.stringify(secret).slice(1, -1)
    return text.replaceAll(secret, '[token]').replaceAll(inJson, '[token]')
  }, line)
}
