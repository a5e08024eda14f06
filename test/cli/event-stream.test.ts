import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvents } from '../../cli/api/event-stream.ts'

async function eventsOf(text: string, cuts: readonly number[] = []) {
  const bytes = new TextEncoder().encode(text)
  async function* pieces() {
    let from = 0
    for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
      await Promise.resolve()
      yield bytes.subarray(from, cut)
      from = Math.max(from, cut)
    }
  }
  const events = []
  for await (const event of readEvents(pieces())) events.push(event)
  return events
}

describe('an event stream', () => {
  it.each([
    ['data: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
    ['event: usage\ndata: {"a":1}\n\n', [{ event: 'usage', data: '{"a":1}', id: '' }]],
    ['data: a\ndata: b\n\n', [{ event: 'message', data: 'a\nb', id: '' }]],
    ['data:a\r\n\r\ndata:  b\r\r', [{ event: 'message', data: 'a', id: '' }]],
    ['id: 7\n\nevent: end\ndata: {}\n\n', [{ event: 'end', data: '{}', id: '7' }]],
    [': a comment\n\nid: 1\nretry: 5\n\n', []],
    ['data: cut short', []],
  ])('%j has the events %j', async (text, events) => {
    expect(await eventsOf(text)).toEqual(events)
  })

  it('has the same events wherever the network cuts it', async () => {
    const text = 'event: a\r\ndata: é東\r\n\r\n: c\n\ndata: x\ndata: y\n\n'
    const whole = await eventsOf(text)
    const cuts = fc.array(fc.nat(new TextEncoder().encode(text).length))
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect(await eventsOf(text, at)).toEqual(whole)
      }),
    )
  })
})
