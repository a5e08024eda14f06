// What is stripped from a script must be nothing but what a reader needs: the program stays the same.
import { describe, expect, it } from 'vitest'
import { luaText } from '../../build/lua-text.ts'
import { scriptNames, scriptText } from '../../src/store/redis/scripts.ts'
import { hasRedis, RedisHarness } from '../store/redis/redis-harness.ts'

describe('the text of a script', () => {
  it('loses comments, indentation and blank lines, and keeps its lines apart', () => {
    const source = "-- what it is\nlocal a = 1 -- one\n\n  if a then\n    return '-' --x\n  end\n"
    expect(luaText(source)).toBe("local a = 1\nif a then\nreturn '-'\nend")
  })

  it.each([
    [`return '-- no comment'`],
    [`return "-- it's none"`],
    [String.raw`return 'it\'s -- none', "\"-- none"`],
    [String.raw`return '\\'`],
    [`return ''`],
    [`return a[b[1]], "[[ ]]"`],
    [`return 7 - -1`],
  ])('keeps what stands in strings: %s', (line) => {
    expect(luaText(`${line} -- but not this "or' this`)).toBe(line)
  })

  it.each([
    'return [[x]]',
    '--[[ x ]]',
    '--[==[ x ]==]',
    'return [=[x]=]',
    `return 'x`,
    `return "x\\`,
  ])('is refused where it could not be told from its comments: %s', (source) => {
    expect(() => luaText(`local a\n${source}\nreturn a`)).toThrow(SyntaxError)
  })

  it.skipIf(!hasRedis)('is a program that Redis accepts, every script of the store', async () => {
    const redis = await RedisHarness.open()
    for (const name of scriptNames) {
      const text = scriptText(name)
      expect(text).not.toMatch(/^\s|^--|\n\s|\n--|\n\n/)
      expect([name, await redis.resp.send('SCRIPT', 'LOAD', text)]).toEqual([
        name,
        expect.stringMatching(/^[0-9a-f]{40}$/),
      ])
    }
    await redis.close()
  })
})
