// A Lua script is imported as its own text, stripped by lua-text.ts: esbuild and vitest both load it so.
declare module '*.lua' {
  const source: string
  export default source
}
