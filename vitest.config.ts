// The suite that `npm test` runs: everything under test/ but the long runs.
import { defineConfig } from 'vitest/config'
import { luaText } from './build/lua-text.ts'

export default defineConfig({
  plugins: [luaText()],
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Two cores are what the suite is timed on: a worker of vitest beside each workerd is enough.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
