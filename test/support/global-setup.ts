// Builds the Worker once before any test and tells the tests where it is:
// `inject('workerPath')`. A Worker that does not build fails the whole run.
import type { TestProject } from 'vitest/node'
import { buildWorker } from '../../build/build.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Absolute path of the bundled Worker, the very module that is deployed. */
    workerPath: string
  }
}

export default async function buildOnce(project: TestProject): Promise<void> {
  project.provide('workerPath', await buildWorker({ minify: true }))
}
