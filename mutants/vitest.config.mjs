// What each mutant of src/account and src/admit is tried with: the named requirements, in Node alone. Histories,
// orderings and crowds are left out: they find what nobody thought of, but take too long to be run
// two thousand times over, and a score should not hang on luck.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/{account,admit}/**/*.test.ts', 'test/store/memory.test.ts'],
    exclude: ['test/account/{histories,orderings,crowd}.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    env: { TOLLGATE_RUNS_MAX: '150' },
    // The modules are pure and keep nothing: to load them once for all files halves the time.
    isolate: false,
    fileParallelism: false,
    testTimeout: 30_000,
  },
})
