import { describe, expect, it } from 'vitest'
import { RecordCache } from '../../src/store/durable-object/record-cache.ts'

const use = (lastUsedAtMs: number) => ({ lastUsedAtMs })

describe('the cache of records', () => {
  it('lets the record longest unused go when a new one finds no room', () => {
    const cache = new RecordCache(2)
    cache.set('key_use', 'a', use(1))
    cache.set('key_use', 'b', use(2))
    expect(cache.get('key_use', 'a')).toEqual(use(1))
    cache.set('key_use', 'c', use(3))
    expect(cache.get('key_use', 'b')).toBeUndefined()
    expect(cache.get('key_use', 'a')).toEqual(use(1))
    expect(cache.get('key_use', 'c')).toEqual(use(3))
  })

  it('keeps records of different kinds apart, and out of each other’s room', () => {
    const cache = new RecordCache(1)
    cache.set('key_use', 'a', use(1))
    cache.set('refusals', 'a', { minuteMs: 0, counts: {} })
    expect(cache.get('key_use', 'a')).toEqual(use(1))
    cache.set('key_use', 'b', use(2))
    expect(cache.get('key_use', 'a')).toBeUndefined()
    expect(cache.get('refusals', 'a')).toEqual({ minuteMs: 0, counts: {} })
  })

  it('tells a record that is known to be absent from one that is not known', () => {
    const cache = new RecordCache(2)
    cache.set('key_use', 'a', use(1))
    cache.set('key_use', 'a', null)
    expect(cache.get('key_use', 'a')).toBeNull()
    expect(cache.get('key_use', 'b')).toBeUndefined()
  })
})
