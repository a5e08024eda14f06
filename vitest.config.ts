// The suite that `npm test` runs: everything under test/ but the long runs. What drives a whole
// gateway runs twice, on each store, where there is a redis-server.
import { defineConfig } from 'vitest/config'
import { luaForVitest } from './build/lua-plugins.ts'
import { hasRedis } from './test/support/redis-server.ts'

export default defineConfig({
  plugins: [luaForVitest()],
  test: {
    environment: 'node',
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Two cores are what the suite is timed on: a worker of vitest beside each workerd is enough.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**'],
          provide: { store: 'durable-object' },
        },
      },
      ...(hasRedis
        ? [
            {
              extends: true as const,
              test: {
                name: 'on redis',
                include: ['test/{faults,conformance}/**/*.test.ts'],
                provide: { store: 'redis' as const },
              },
            },
          ]
        : []),
    ],
  },
})
