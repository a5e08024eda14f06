import { describe, expect, it } from 'vitest'
import { everyMinute } from '../../dev/every-minute.ts'

describe('what local start-up does each minute', () => {
  it('begins at once, is done one at a time, and goes on after a failure until the end', async () => {
    const ending = new AbortController()
    const complaints: unknown[] = []
    let [runs, atOnce, most] = [0, 0, 0]
    const failure = new Error('not now')
    const work = async () => {
      runs += 1
      most = Math.max(most, (atOnce += 1))
      await Promise.resolve()
      atOnce -= 1
      if (runs === 2) throw failure
      if (runs === 4) ending.abort()
    }
    const complain = (error: unknown) => void complaints.push(error)
    await everyMinute(work, { ended: ending.signal, complain, pauseMs: 1 })
    expect([runs, most, complaints]).toEqual([4, 1, [failure]])
  })

  it('ends in the middle of its pause, and has nothing to say of a run that its end cut off', async () => {
    const ending = new AbortController()
    const complaints: unknown[] = []
    const work = () => {
      ending.abort()
      return Promise.reject(new Error('workerd has ended'))
    }
    const complain = (error: unknown) => void complaints.push(error)
    await everyMinute(work, { ended: ending.signal, complain })
    expect(complaints).toEqual([])
  })
})
