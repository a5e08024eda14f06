// A Lua script is imported as its own source text: esbuild and vitest both load it so.
declare module '*.lua' {
  const source: string
  export default source
}
