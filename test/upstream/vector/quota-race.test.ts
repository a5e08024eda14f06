// A write at a full quota is admitted for what is new in it. What was said of that must still be true
// when it is admitted: ids that were deleted meanwhile, and others in their place, would pass the limit.
import { expect, it } from 'vitest'
import { fullQuota, points } from './full-quota.ts'

it('refuses a write whose ids were deleted, and their room taken, while it was measured', async () => {
  const { server, meanwhile, ask, counted } = await fullQuota()
  meanwhile.push(async () => {
    expect(await ask('POST', '/points/delete', { points: [1, 2] })).toBe(200)
    await counted(2)
    expect(await ask('PUT', '/points', points(5, 6))).toBe(200)
    await counted(4)
  })
  expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
  expect(server.totalPoints).toBe(4)
})

it('measures anew where another write came between, and admits what fits', async () => {
  const { server, meanwhile, ask, questions } = await fullQuota()
  meanwhile.push(async () => {
    expect(await ask('POST', '/points/delete', { points: [4] })).toBe(200)
  })
  expect(await ask('PUT', '/points', points(1, 2))).toBe(200)
  expect([server.totalPoints, questions()]).toEqual([3, 2])
})

it('gives up on a place that is never still, with the refusal', async () => {
  const { meanwhile, ask, questions } = await fullQuota()
  const remove = async () => {
    expect(await ask('POST', '/points/delete', { points: [9] })).toBe(200)
  }
  meanwhile.push(remove, remove, remove, remove)
  expect(await ask('PUT', '/points', points(1, 2))).toBe(429)
  expect(questions()).toBe(3)
})
