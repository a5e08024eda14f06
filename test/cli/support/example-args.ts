// An example as people read it, as the arguments that a shell would make of it.

/** Of the `tollgate` in the line: what goes into it or comes out of it is left off. */
export function exampleArgs(line: string): { readonly args: string[]; readonly isPiped: boolean } {
  const [, before = '', command = ''] = /^(.*?)\btollgate (.*?)(?: [|>].*|\))?$/.exec(line) ?? []
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []
  return {
    args: words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2')),
    isPiped: before.trimEnd().endsWith('|'),
  }
}
