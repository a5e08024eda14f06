// Text on its way to a terminal: safe, and never wider than it.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bar, gauge } from '../../cli/output/bar.ts'
import { styleFor, uncoloured } from '../../cli/output/style.ts'
import { type Column, table } from '../../cli/output/table.ts'
import { displayWidth, fit, plain, truncate } from '../../cli/output/text.ts'

describe('plain', () => {
  it.each([
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['\u009b2J', '\\u{9b}2J'],
    ['abc\u202ecba', 'abc\\u{202e}cba'],
    ['\ud800', '\ufffd'],
    ['Ümläut 東京 👩‍👩‍👧', 'Ümläut 東京 👩‍👩‍👧'],
  ])('shows %j as %j', (text, shown) => {
    expect(plain(text)).toBe(shown)
  })

  it('leaves nothing that acts on a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['東京', 4],
    ['한국', 4],
    ['ｱｲｳ', 3],
    ['ｶﾞ', 2],
    ['ﾡ', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['█▏…', 3],
  ])('of %j are %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['東京都', 5, '東京…'],
    ['東京都', 4, '東…'],
    ['abc', 0, ''],
  ])('%j in %d columns is %j', (text, width, shown) => {
    expect(truncate(text, width)).toBe(shown)
  })

  it('are exact after fitting, whatever the text', () => {
    const text = fc.string({ unit: 'grapheme' }).map(plain)
    fc.assert(
      fc.property(text, fc.nat(40), (any, width) => {
        expect(displayWidth(fit(any, width))).toBe(width)
        expect(displayWidth(fit(any, width, 'right'))).toBe(width)
      }),
    )
  })
})

interface Row {
  readonly id: string
  readonly name: string
  readonly count: string
}
const columns: readonly Column<Row>[] = [
  { header: 'ID', value: ({ id }) => id, min: 12 },
  { header: 'NAME', value: ({ name }) => name },
  { header: 'COUNT', value: ({ count }) => count, align: 'right' },
]
const rows = [
  { id: 'acme', name: 'A name that is much longer than the others', count: '7' },
  { id: 'a-very-long-identifier', name: 'Short', count: '1,234' },
]

describe('a table', () => {
  it('is as wide as its content where it is piped', () => {
    expect(table(columns, rows, { width: null, style: uncoloured })).toEqual([
      'ID                      NAME                                        COUNT',
      'acme                    A name that is much longer than the others      7',
      'a-very-long-identifier  Short                                       1,234',
    ])
  })

  it('takes from the widest column what the terminal has not', () => {
    expect(table(columns, rows, { width: 40, style: uncoloured })).toEqual([
      'ID               NAME              COUNT',
      'acme             A name that is …      7',
      'a-very-long-id…  Short             1,234',
    ])
  })

  it('becomes blocks where no column can give way any more', () => {
    expect(table(columns, rows, { width: 20, style: uncoloured })).toEqual([
      'ID     acme',
      'NAME   A name that …',
      'COUNT  7',
      '',
      'ID     a-very-long-…',
      'NAME   Short',
      'COUNT  1,234',
    ])
  })

  it('is never wider than the terminal', () => {
    const text = fc.string({ unit: 'grapheme' })
    const row = fc.record({ id: text, name: text, count: text })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.integer({ min: 8, max: 60 }),
        (any, width) => {
          const lines = table(columns, any, { width, style: uncoloured })
          expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

describe('a bar', () => {
  it.each([
    [0, ''],
    [0.001, '▏'],
    [0.5, '██'],
    [0.53, '██▏'],
    [1, '████'],
    [7, '████'],
    [Number.NaN, ''],
  ])('of %d is %j', (ratio, shown) => {
    expect(bar(ratio, 4)).toBe(shown)
  })

  it('in a trough shows what is left', () => {
    expect(gauge(0.5, 4)).toBe('██░░')
  })
})

describe('colour', () => {
  const terminal = { isTTY: true, write: (): boolean => true }
  it.each([
    ['on a terminal', terminal, {}, true, true],
    ['not where it is piped', { write: (): boolean => true }, {}, true, false],
    ['not with NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
    ['with an empty NO_COLOR, which counts as unset', terminal, { NO_COLOR: '' }, true, true],
    ['not with TERM=dumb', terminal, { TERM: 'dumb' }, true, false],
    ['not with --no-color', terminal, {}, false, false],
  ])('is there %s', (_, stream, env, wanted, coloured) => {
    expect(styleFor(stream, env, wanted)('red', 'x') !== 'x').toBe(coloured)
  })
})
