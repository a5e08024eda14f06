// What is asked of every row, as data: how many connections ask at once, and for what kind of answer.
import { chatRequest, type AnswerKind } from './answers.ts'

export interface Workload {
  readonly name: string
  readonly answer: AnswerKind
  readonly connections: number
}

export const workloads: readonly Workload[] = [
  { name: 'JSON, 1 connection', answer: 'json', connections: 1 },
  { name: 'JSON, 16', answer: 'json', connections: 16 },
  { name: 'JSON, 64', answer: 'json', connections: 64 },
  { name: 'SSE 10 ms apart, 16', answer: 'paced', connections: 16 },
  { name: 'SSE 10 ms apart, 64', answer: 'paced', connections: 64 },
  { name: 'SSE back to back, 16', answer: 'burst', connections: 16 },
]

/** For getting everything warm before anything is counted. */
export const warmUps: readonly Workload[] = [
  { name: 'warm-up', answer: 'json', connections: 16 },
  { name: 'warm-up', answer: 'burst', connections: 4 },
]

/** The body of each request; all rows are sent the same bytes. */
export function bodyOf({ answer }: Workload): string {
  return JSON.stringify(chatRequest(answer))
}
