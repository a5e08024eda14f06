/** For operations that ask no model to follow a text: nothing to instruct, nothing to guard. */
import type { Operation } from '../adapter.ts'

export const promptless = {
  withSystemPrompt: (ask) => ask,
  editUserTexts: (body) => body,
} satisfies Partial<Operation>
