/** What is told of Qdrant's refusals: its texts name collections as they are called there. */
import { stringIn, memberOf } from '../../json-read.ts'
import { notThere } from '../read-request.ts'
import type { RefusalWords } from '../refusal.ts'

/** Qdrant puts the kind of error before the text. */
const KIND = '(?:Wrong input|Bad request|Not found|Service internal error): '

export const WORDS: RefusalWords = {
  textOf: (body) => stringIn(memberOf(body, 'status'), 'error'),
  known: [
    {
      pattern: new RegExp(
        `^(?:${KIND})?Vector dimension error: expected dim: (\\d{1,9}), got (\\d{1,9})$`,
      ),
      tell: ([expected, got]) =>
        `The collection's vectors have ${expected} dimensions, not ${got}.`,
    },
    {
      pattern: new RegExp(`^(?:${KIND})?Not existing vector name error: .*$`, 's'),
      tell: () => 'The collection has no vector of that name.',
    },
    {
      pattern: new RegExp(`^(?:${KIND})?Collection \`.*\` already exists!$`, 's'),
      tell: () => 'There is a collection of this name already.',
    },
    {
      pattern: new RegExp(`^(?:${KIND})?Can't create collection with name .*`, 's'),
      tell: () => 'There is an alias of this name already.',
    },
    {
      pattern: new RegExp(`^(?:${KIND})?Index required but not found for .*`, 's'),
      tell: () => 'This needs a payload index on the field that it names.',
    },
    {
      pattern: new RegExp(`^(?:${KIND})?No point with id .* found$`, 's'),
      tell: () => 'One of the points is not in the collection.',
    },
  ],
  // The same words as for what is refused without asking the service.
  notFound: notThere().detail,
}
