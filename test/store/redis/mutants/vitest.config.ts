// The suite that one fault is tried on: the redis store's contract, its comparison with the model, its
// concurrency and what it keeps. It stops at the first test that fails.
import { fileURLToPath } from 'node:url'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { defineConfig } from 'vitest/config'
import { luaForVitest } from '../../../../build/lua-plugins.ts'
import { MUTANTS } from './all.ts'
import { nameOf, withFault } from './mutant.ts'

const FILES = ['contract', 'keeping', 'differential', 'concurrency'].map(
  (part) => `test/store/redis/redis.${part}.test.ts`,
)

/** Empty for the scripts as they are. */
const name = process.env['TOLLGATE_LUA_MUTANT'] ?? ''
const mutant = MUTANTS.find((known) => nameOf(known) === name)
if (mutant === undefined && name !== '') throw new Error(`there is no mutant called ${name}`)

/** What finds most comes first. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      FILES.findIndex((file) => moduleId.endsWith(file))
    return files.toSorted((one, other) => place(one) - place(other))
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('../../../..', import.meta.url)),
  plugins: [
    luaForVitest((path, text) =>
      mutant !== undefined && path.endsWith(`/src/store/redis/lua/${mutant.file}`)
        ? withFault(mutant, text)
        : text,
    ),
  ],
  test: {
    environment: 'node',
    include: FILES,
    pool: 'forks',
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    bail: 1,
    // A cluster's node runs the same scripts.
    testNamePattern: /^(?!the redis store in a cluster)/,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
