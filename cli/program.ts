// The tree of commands, nouns first. Adding one here is all it takes for help, completion and the
// tests of both to know it.
import { Command } from '@commander-js/extra-typings'
import manifest from '../package.json' with { type: 'json' }
import { authCommands } from './command/auth.ts'
import { budgetCommands } from './command/budget.ts'
import { completionCommands } from './command/completion.ts'
import { configCommands } from './command/config.ts'
import { jobCommands } from './command/job.ts'
import { keyCommands } from './command/key.ts'
import { ledgerCommand } from './command/ledger.ts'
import { planCommands } from './command/plan.ts'
import { quotaCommands } from './command/quota.ts'
import { statusCommand } from './command/status.ts'
import { tenantCommands } from './command/tenant.ts'
import { usageCommand } from './command/usage.ts'
import { userCommands } from './command/user.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { examples } from './examples.ts'
import { App } from './session.ts'
import { columnsOf, type Terminal } from './terminal.ts'

const EXIT_CODE_HELP = `
Exit codes:
${Object.entries(EXIT_CODES)
  .map(([name, code]) => `  ${String(code).padEnd(4)} ${name.replaceAll('_', ' ')}`)
  .join('\n')}`

const ENVIRONMENT_HELP = `
Environment:
  TOLLGATE_PROFILE  the profile to use
  TOLLGATE_API_URL  the gateway, instead of the profile's
  TOLLGATE_TOKEN    the token, instead of the profile's
  XDG_CONFIG_HOME   profiles are in $XDG_CONFIG_HOME/tollgate/config.json
  NO_COLOR          no colour`

export function createProgram(terminal: Terminal) {
  const program = new Command('tollgate')
    .description('The control plane of a Tollgate gateway: tenants, plans, keys, limits, usage.')
    .version(manifest.version)
    .option('--profile <name>', 'profile to act with')
    .option('--json', 'JSON instead of text, errors included')
    .option('--no-color', 'no colour')
    .option('--insecure', 'allow plain http to another machine')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      getOutHelpWidth: () => columnsOf(terminal.stdout) ?? 80,
      getErrHelpWidth: () => columnsOf(terminal.stderr) ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // `run` says it, in its own words.
      outputError: () => undefined,
    })
    .addHelpText('after', `${ENVIRONMENT_HELP}\n${EXIT_CODE_HELP}`)
  examples(program, 'tollgate config init --api-url https://gateway.example.com', 'tollgate status')
  const app = new App(terminal, () => program.opts())
  configCommands(program, app)
  authCommands(program, app)
  statusCommand(program, app)
  tenantCommands(program, app)
  planCommands(program, app)
  jobCommands(program, app)
  keyCommands(program, app)
  quotaCommands(program, app)
  budgetCommands(program, app)
  userCommands(program, app)
  usageCommand(program, app)
  ledgerCommand(program, app)
  completionCommands(program, app)
  return { program, app }
}
