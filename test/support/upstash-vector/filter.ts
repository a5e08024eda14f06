// Upstash's filter language: = != < <= > >=, [NOT] GLOB, [NOT] IN, [NOT] CONTAINS, HAS [NOT] FIELD,
// AND before OR, parentheses, `a.b[0].c` and `[#-1]` accessors, single or double quotes, keywords in
// any case. Not imitated: the filtering budget, after which the service filters its best hits only.
import { refuse } from './errors.ts'

type Metadata = Readonly<Record<string, unknown>>
export type Predicate = (metadata: Metadata | undefined) => boolean
type Literal = string | number | boolean

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][\w.[\]#-]*)|(!=|<=|>=|[=<>(),]))/gy

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign'
  readonly text: string
}

/** An empty filter lets everything through. */
export function parseFilter(source: string): Predicate {
  if (source.trim() === '') return () => true
  return new Parser(tokenize(source)).whole()
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const end = source.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(source)
    if (match === null) return refuse(400, `Invalid filter: unexpected input at position ${at}`)
    const [, text, number, word, sign = ''] = match
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'sign', text: sign })
  }
  return tokens
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Predicate {
    const predicate = this.#either()
    if (this.#at < this.#tokens.length) this.#fail()
    return predicate
  }

  #either(): Predicate {
    const parts = [this.#both()]
    while (this.#takes('OR')) parts.push(this.#both())
    return (metadata) => parts.some((part) => part(metadata))
  }

  #both(): Predicate {
    const parts = [this.#one()]
    while (this.#takes('AND')) parts.push(this.#one())
    return (metadata) => parts.every((part) => part(metadata))
  }

  #one(): Predicate {
    if (this.#takes('(')) {
      const inner = this.#either()
      this.#must(')')
      return inner
    }
    if (this.#takes('HAS')) {
      const wanted = !this.#takes('NOT')
      this.#must('FIELD')
      const path = this.#next('word')
      return (metadata) => (valueAt(metadata, path) !== undefined) === wanted
    }
    return this.#comparison(this.#next('word'))
  }

  #comparison(path: string): Predicate {
    const negated = this.#takes('NOT')
    const test = this.#test(negated)
    return (metadata) => {
      const value = valueAt(metadata, path)
      return value !== undefined && test(value) !== negated
    }
  }

  #test(negated: boolean): (value: unknown) => boolean {
    if (this.#takes('GLOB')) {
      const pattern = globPattern(this.#next('text'))
      return (value) => typeof value === 'string' && pattern.test(value)
    }
    if (this.#takes('IN')) {
      const literals = this.#list()
      return (value) => literals.some((literal) => equals(value, literal))
    }
    if (this.#takes('CONTAINS')) {
      const literal = this.#literal()
      return (value) => Array.isArray(value) && value.some((member) => equals(member, literal))
    }
    if (negated) this.#fail()
    const sign = this.#next('sign')
    const literal = this.#literal()
    if (sign === '=') return (value) => equals(value, literal)
    if (sign === '!=') return (value) => !equals(value, literal)
    if (!['<', '<=', '>', '>='].includes(sign)) this.#fail()
    return (value) => typeof value === 'number' && compares(value, sign, Number(literal))
  }

  #list(): Literal[] {
    this.#must('(')
    const literals = [this.#literal()]
    while (this.#takes(',')) literals.push(this.#literal())
    this.#must(')')
    return literals
  }

  #literal(): Literal {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'text') return token.text
    if (token?.kind === 'number') return Number(token.text)
    const word = token?.text.toLowerCase()
    return word === 'true' || word === 'false' ? word === 'true' : this.#fail()
  }

  #next(kind: Token['kind']): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== kind) return this.#fail()
    this.#at += 1
    return token.text
  }

  #takes(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token === undefined || token.kind === 'text') return false
    if (token.text.toUpperCase() !== text) return false
    this.#at += 1
    return true
  }

  #must(text: string): void {
    if (!this.#takes(text)) this.#fail()
  }

  #fail(): never {
    const found = this.#tokens[this.#at]?.text ?? 'the end'
    return refuse(400, `Invalid filter: unexpected ${found}`)
  }
}

function valueAt(metadata: Metadata | undefined, path: string): unknown {
  const steps = path.replaceAll(/\[([^\]]*)\]/g, '.$1').split('.')
  return steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value.at(Number(step.replace(/^#/, '')))
    if (typeof value !== 'object' || value === null) return undefined
    return Object.hasOwn(value, step) ? (value as Metadata)[step] : undefined
  }, metadata)
}

/** Booleans may be written 1 and 0. */
function equals(value: unknown, literal: Literal): boolean {
  if (typeof value === 'boolean' && typeof literal === 'number') return Number(value) === literal
  return value === literal
}

function compares(value: number, sign: string, bound: number): boolean {
  if (value === bound) return sign.endsWith('=')
  return sign.startsWith('<') ? value < bound : value > bound
}

function globPattern(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+^${}()|\\]/g, (character) => `\\${character}`)
    .replaceAll('[\\^', '[^')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's')
}
