// `tollgate status`: is the gateway there, can it work, and whom does it take me for?
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as z from 'zod'
import type { ApiClient } from '../api/client.ts'
import { examples } from '../examples.ts'
import { Failure } from '../failure.ts'
import type { FailureKind } from '../exit-codes.ts'
import { identify } from '../identity.ts'
import { plain } from '../output/text.ts'
import { describeTarget, type Target } from '../profile/target.ts'
import type { App } from '../session.ts'

interface Check {
  readonly name: string
  /** null: well. */
  readonly trouble: FailureKind | null
  readonly says: string
  readonly remedy?: string | undefined
}

const Health = z.looseObject({
  status: z.string(),
  errors: z.array(z.string()).optional(),
})

export function statusCommand(program: CommandUnknownOpts, app: App): void {
  const status = program
    .command('status')
    .description('is the gateway there, can it work, who am I, and with which profile')
    .action(async () => showStatus(app))
  examples(status, 'tollgate status', 'tollgate status --profile staging --json')
}

async function showStatus(app: App): Promise<void> {
  const target = await app.target()
  const print = app.printer()
  // The probes are for everyone: they get no token.
  const anonymous = app.client({ apiUrl: target.apiUrl, token: null, tokenFrom: null })
  const checks = [
    await probe(anonymous, 'API health', '/healthz'),
    await probe(anonymous, 'API ready', '/readyz'),
    await authentication(app, target),
  ]
  const shown = {
    profile: target.profile,
    api_url: target.apiUrl,
    checks: checks.map(({ name, trouble, says }) => ({ name, ok: trouble === null, says })),
  }
  print.show(shown, () => {
    print.line(describeTarget(target))
    for (const { name, trouble, says } of checks) {
      const mark = trouble === null ? print.style('green', 'OK  ') : print.style('red', 'FAIL')
      print.lines([`${mark} ${name}: ${plain(says)}`])
    }
  })
  const worst = checks.find(({ trouble }) => trouble !== null)
  if (!worst?.trouble) return
  const { name, trouble, says, remedy } = worst
  throw new Failure(trouble, { title: `${name}: ${says}`, remedy })
}

async function probe(api: ApiClient, name: string, path: string): Promise<Check> {
  return check(name, 'unreachable', async () => {
    const { status, body } = await api.probe(path)
    const told = Health.safeParse(parseJson(body))
    const { status: word = `status ${status}`, errors = [] } = told.success ? told.data : {}
    const isWell = status === 200 && told.success
    return { isWell, says: [word, ...errors].join('; ') }
  })
}

async function authentication(app: App, target: Target): Promise<Check> {
  const { token, tokenFrom } = target
  if (token === null) return { name: 'Auth', trouble: 'auth', says: 'no token' }
  return check('Auth', 'auth', async () => {
    const { name } = await identify(app.client(target), token)
    return { isWell: true, says: `${name}, token from ${tokenFrom ?? 'nowhere'}` }
  })
}

async function check(
  name: string,
  trouble: FailureKind,
  ask: () => Promise<{ readonly isWell: boolean; readonly says: string }>,
): Promise<Check> {
  try {
    const { isWell, says } = await ask()
    return { name, trouble: isWell ? null : trouble, says }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error
    return { name, trouble: error.kind, says: error.text.title, remedy: error.text.remedy }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
