/** The tenant's own instructions go into every conversation; where they cannot, nothing goes. */
import type { Call } from '../upstream/route.ts'
import { object, type Objection } from './objection.ts'

export type Instructed =
  { readonly ok: true; readonly call: Call } | { readonly ok: false; readonly objection: Objection }

/** The call with the instructions among its figures; they are put in when the body is written. */
export function addSystemPrompt(systemPrompt: string | null, call: Call): Instructed {
  if (systemPrompt === null) return { ok: true, call }
  const ask = call.operation.withSystemPrompt(call.ask, systemPrompt)
  if (ask !== null) return { ok: true, call: { ...call, ask } }
  return {
    ok: false,
    objection: object(
      'system_prompt_impossible',
      'Forbidden',
      'This tenant has instructions that go into every request, and this operation has no place for them.',
      { remedy: 'Use POST /v1/chat/completions instead.' },
    ),
  }
}
