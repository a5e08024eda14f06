// The command line as one file that any Node runs: cli/main.ts and all it imports, its libraries
// included -> dist/cli/tollgate.js. Node strips no types below node_modules, so what is installed
// from a package has to be JavaScript.
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { replaceFile } from './replace-file.ts'

const projectRoot = fileURLToPath(new URL('..', import.meta.url))
const CLI = fileURLToPath(new URL('../dist/cli/tollgate.js', import.meta.url))
/** The oldest Node that the library for commands supports. */
const TARGET = 'node22'

/** Returns the absolute path of the file, which can be run as it is. Builds may overlap. */
export async function buildCli(): Promise<string> {
  const result = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['cli/main.ts'],
    outfile: CLI,
    bundle: true,
    format: 'esm',
    target: TARGET,
    platform: 'node',
    minify: false,
    legalComments: 'inline',
    logLevel: 'silent',
    write: false,
  })
  await mkdir(dirname(CLI), { recursive: true })
  await Promise.all(result.outputFiles.map((file) => replaceFile(file, 0o755)))
  return CLI
}
