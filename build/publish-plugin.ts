// Puts the reference into the Worker as the texts that it is served as: src/openapi/publish.ts is run
// here, at each build, and its result takes the module's place. So neither the generator nor the
// schemas of answers are deployed, and the document cannot be older than what it was built with.
import type { Plugin } from 'esbuild'
import { publish } from '../src/openapi/publish.ts'

export const publishedReference: Plugin = {
  name: 'published-reference',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]openapi[\\/]publish\.ts$/ }, async () => {
      const published = JSON.stringify(await publish())
      return { contents: `export const publish = async () => (${published})`, loader: 'js' }
    })
  },
}
