/**
 * Small documents of the control plane, kept beside the directory: plans, jobs, what an erasure has
 * still to do. Several are compared and written in one step, so that a change of a plan and the job
 * that carries it out are there together or not at all. What a text says is its owner's to read.
 */

/** Each kind is kept apart; an id means something within its kind alone. */
export type DocumentKind = 'plan' | 'job' | 'answer' | 'erasure' | 'tombstone' | 'cursor'

export interface DirectoryDocument {
  readonly id: string
  /** 1 when it is first written, and one more each time. */
  readonly revision: number
  readonly text: string
}

export interface DocumentChange {
  readonly kind: DocumentKind
  readonly id: string
  /** The revision that is to be replaced; 0: there must be no such document. */
  readonly expected: number
  /** null removes it; empty is no text. */
  readonly text: string | null
  /** Epoch ms from which on the store may drop it by itself. */
  readonly expiresAtMs?: number | undefined
}

export interface Documents {
  document(kind: DocumentKind, id: string): Promise<DirectoryDocument | null>
  /** All of a kind, by id: of kinds that are few. */
  documents(kind: DocumentKind): Promise<readonly DirectoryDocument[]>
  /** All of the changes, or none when any document is not at the revision expected. */
  write(changes: readonly DocumentChange[], nowMs: number): Promise<'written' | 'stale'>
}
