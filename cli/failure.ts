// A command that did not do what it was asked. What it says is for people: a title, what happened,
// and what to do about it. `run.ts` alone turns it into lines and an exit code.
import type { FailureKind } from './exit-codes.ts'

export interface FailureText {
  readonly title: string
  readonly detail?: string | undefined
  readonly remedy?: string | undefined
  /** Of a problem that the server told: its `type`, `status`, `request_id` and the like. */
  readonly members?: Readonly<Record<string, unknown>>
}

export class Failure extends Error {
  override readonly name = 'Failure'
  readonly kind: FailureKind
  readonly text: FailureText

  constructor(kind: FailureKind, text: FailureText) {
    super(text.title)
    this.kind = kind
    this.text = text
  }
}

export function usageFailure(title: string, remedy?: string): Failure {
  return new Failure('usage', { title, remedy })
}

/** Ctrl-C, in a prompt or in a wait. */
export function interruption(): Failure {
  return new Failure('interrupted', { title: 'Interrupted.' })
}
