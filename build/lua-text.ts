// Makes `import script from './x.lua'` the script's text under vitest, as esbuild's text loader
// does in the Worker.
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'

/** `edit` may make another text of a file's, so that a suite can be tried on a script with a fault in it. */
export function luaText(edit?: (path: string, text: string) => string): Plugin {
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
      return `export default ${JSON.stringify(edit === undefined ? text : edit(id, text))}`
    },
  }
}
