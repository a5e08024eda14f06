// Makes `import script from './x.lua'` the script's text, the same for whoever loads it: esbuild for
// the Worker, vitest for tests, and Node itself for a benchmark. What is tested is what is deployed.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Plugin } from 'vitest/config'
import { luaText } from './lua-text.ts'

export const luaForEsbuild: EsbuildPlugin = {
  name: 'lua-text',
  setup(build) {
    build.onLoad({ filter: /\.lua$/ }, async ({ path }) => {
      return { contents: luaText(await readFile(path, 'utf8')), loader: 'text' }
    })
  },
}

/** `edit` may make another text of a file's, so that a suite can be tried on a script with a fault in it. */
export function luaForVitest(edit?: (path: string, text: string) => string): Plugin {
  return {
    name: 'lua-text',
    configureVitest({ defineCacheKeyGenerator }) {
      // vitest keeps what it has loaded by the text of the file, which is not that of an edited one.
      defineCacheKeyGenerator(({ id }) =>
        edit !== undefined && id.endsWith('.lua') ? false : null,
      )
    },
    async load(id) {
      if (!id.endsWith('.lua')) return null
      const text = await readFile(id, 'utf8')
      return toModule(edit === undefined ? text : edit(id, text))
    },
  }
}

/** For what is imported after this call. */
export function loadLuaInNode(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.lua')) return nextLoad(url, context)
      const source = toModule(readFileSync(fileURLToPath(url), 'utf8'))
      return { format: 'module', source, shortCircuit: true }
    },
  })
}

function toModule(script: string): string {
  return `export default ${JSON.stringify(luaText(script))}`
}
