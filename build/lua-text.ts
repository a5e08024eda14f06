// Makes `import script from './x.lua'` the script's text under vitest, as esbuild's text loader
// does in the Worker.
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'

export function luaText(): Plugin {
  return {
    name: 'lua-text',
    async load(id) {
      if (!id.endsWith('.lua')) return null
      return `export default ${JSON.stringify(await readFile(id, 'utf8'))}`
    },
  }
}
