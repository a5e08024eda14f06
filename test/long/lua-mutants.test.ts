// Are the tests of the redis store worth anything? Faults are put into its scripts by hand, one at a
// time, and nearly every one must make a test fail.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { luaText } from '../../build/lua-text.ts'
import { scriptNames, scriptText } from '../../src/store/redis/scripts.ts'
import { MUTANTS } from '../store/redis/mutants/all.ts'
import { type Mutant, nameOf, withFault } from '../store/redis/mutants/mutant.ts'
import { type Trial, tryMutant } from '../store/redis/mutants/try-mutant.ts'
import { RedisHarness, hasRedis } from '../store/redis/redis-harness.ts'

/** As many as there are cores to be counted on. */
const AT_A_TIME = 2
const MIN_KILLED_SHARE = 0.95

const textOf = ({ file }: Mutant) =>
  readFile(new URL(`../../src/store/redis/lua/${file}`, import.meta.url), 'utf8')

const faults = MUTANTS.map((mutant) => ({ name: nameOf(mutant), mutant }))

describe.skipIf(!hasRedis)('a fault in the scripts', () => {
  let redis: RedisHarness

  beforeAll(async () => {
    redis = await RedisHarness.open()
  })
  afterAll(() => redis.close())

  it('is one of at least 40, each with a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(MUTANTS.length)
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40)
  })

  it('stands in every script that there is', () => {
    const files = new Set(MUTANTS.map(({ file }) => file))
    const without = scriptNames.filter((name) => !files.has(`${name}.lua`))
    expect(without).toEqual([])
  })

  it.each(faults)('has its one place, and Redis loads what comes of it: $name', async (fault) => {
    const text = await textOf(fault.mutant)
    const faulty = withFault(fault.mutant, text)
    const stripped = luaText(text)
    const scripts = scriptNames.map(scriptText).filter((whole) => whole.includes(stripped))
    expect(scripts.length).toBeGreaterThan(0)
    for (const whole of scripts) {
      const reply = await redis.resp.send(
        'SCRIPT',
        'LOAD',
        whole.replace(stripped, () => luaText(faulty)),
      )
      expect(reply).toMatch(/^[0-9a-f]{40}$/)
    }
  })

  it('is found by a test, nearly every one', async () => {
    const none = await tryMutant('')
    expect(none.failed).toBeNull()
    expect(none.passed).toBeGreaterThan(200)

    const trials = new Map<string, Trial>()
    const waiting = faults.map(({ name }) => name)
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const trial = await tryMutant(name)
        trials.set(name, trial)
        console.info(`${name}\n    ${trial.failed ?? 'SURVIVED'}`)
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, work))

    const survivors = faults.filter(({ name }) => trials.get(name)?.failed === null)
    const killed = faults.length - survivors.length
    console.info(`${killed} of ${faults.length} faults found; not found:`, survivors)
    expect(killed / faults.length).toBeGreaterThanOrEqual(MIN_KILLED_SHARE)
  })
})
