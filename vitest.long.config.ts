// The runs that take minutes (`npm run test:long`): one file at a time, with the machine to itself.
import { defineConfig } from 'vitest/config'
import { luaForVitest } from './build/lua-plugins.ts'

export default defineConfig({
  plugins: [luaForVitest()],
  test: {
    environment: 'node',
    // The store of whole gateways; the stores' own tests run on each.
    provide: { store: process.env['TOLLGATE_STORE'] === 'redis' ? 'redis' : 'durable-object' },
    // The others count higher under TOLLGATE_LONG.
    include: ['test/{long,account,admit,store}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
  },
})
