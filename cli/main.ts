#!/usr/bin/env node
// `tollgate`: the control plane from a terminal. From the clone `node cli/main.ts`; `npm run build`
// makes dist/cli/tollgate.js of it, which is what `npx tollgate` runs.
import process from 'node:process'
import { nodeTerminal } from './node-terminal.ts'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), nodeTerminal())
