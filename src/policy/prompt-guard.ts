/**
 * Looks for well-known injection phrases in what users send. A hint, not a protection: a phrase list
 * is easily worded around, and images, sounds and embeddings are not looked at.
 */
import type { PromptGuard } from '../tenant/tenant.ts'
import type { Call } from '../upstream/route.ts'
import { redactPhrases } from './injection-phrases.ts'
import { object, type Objection } from './objection.ts'

export type Guarded =
  | { readonly ok: true; readonly call: Call; readonly found: Found | null }
  | { readonly ok: false; readonly objection: Objection }

/** What is told of a finding that does not stop the request: nothing of the text itself. */
export interface Found {
  readonly verdict: 'flagged' | 'redacted'
  /** Phrases found; 0 where the prompt is no text and so could not be looked at. */
  readonly phrases: number
}

/**
 * The call as it may go on. A prompt of token ids is a finding by itself, for nothing in it can be
 * read or redacted. A redacted body is read again by the operation's rules, so that what is reserved
 * is the size of what is sent.
 */
export function guardPrompt(mode: PromptGuard, call: Call): Guarded {
  const { body, operation } = call
  if (mode === 'off' || body === null) return { ok: true, call, found: null }
  let phrases = 0
  const redacted = operation.editUserTexts(body, (text) => {
    const { text: rest, found } = redactPhrases(text)
    phrases += found
    return rest
  })
  if (redacted !== null && phrases === 0) return { ok: true, call, found: null }
  if (mode === 'flag') return { ok: true, call, found: { verdict: 'flagged', phrases } }
  if (redacted === null) return { ok: false, objection: unreadable() }
  if (mode === 'block') return { ok: false, objection: blocked() }
  const read = operation.read(redacted)
  if (!read.ok) return { ok: false, objection: blocked() }
  return {
    ok: true,
    call: { ...call, body: redacted, ask: read.ask },
    found: { verdict: 'redacted', phrases },
  }
}

const blocked = () =>
  object(
    'prompt_blocked',
    'PromptBlocked',
    'The input has a phrase that this tenant does not let pass.',
    {
      remedy:
        'Word it differently: phrases that tell a model to drop its instructions are refused.',
    },
  )

const unreadable = () =>
  object(
    'prompt_blocked',
    'PromptBlocked',
    'The prompt is given as token ids, which cannot be looked at.',
    { param: 'prompt', remedy: 'Send the prompt as text.' },
  )
