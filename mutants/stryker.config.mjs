// Mutation testing of src/account and src/admit: `npm run test:mutants`. README.md says how to read it.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  // The three that are left out hold types only.
  mutate: ['src/{account,admit}/**/*.ts', '!src/account/{answers,commands,records}.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'mutants/vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  // Stryker would rewrite tsconfig.json through an interface that TypeScript 7 does not have.
  tsconfigFile: 'none',
  concurrency: 2,
  // A mutant that never ends is cut after this; wide, so that a busy machine is not taken for one.
  timeoutMS: 10_000,
  tempDirName: join(tmpdir(), 'tollgate-mutants'),
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutants.json' },
  htmlReporter: { fileName: 'coverage/mutants.html' },
  thresholds: { high: 95, low: 90, break: 85 },
}
