// A Lua script as Redis is sent it: without comments, indentation and blank lines. The scripts are
// part of the Worker, and of every EVAL, as text; what they explain is for readers alone.

/** A quoted string, a long bracket, a comment, or a string that does not end in its line. */
const SPECIAL = /(["'])(?:\\[^\n]|(?!\1)[^\\\n])*\1|(?:--)?\[=*\[|--[^\n]*|["']/g

/**
 * The same program with fewer bytes; a line stays a line. Throws for what it does not know how to
 * leave as it is: long brackets, and strings over several lines.
 */
export function luaText(source: string): string {
  const code = source.replaceAll(SPECIAL, (found) => {
    if (/^["'].*["']$/.test(found) && found.length > 1) return found
    if (/^--(?!\[=*\[)/.test(found)) return ''
    throw new SyntaxError(`lua-text: no long brackets and no open strings, but there is ${found}`)
  })
  const lines = code.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').join('\n')
}
