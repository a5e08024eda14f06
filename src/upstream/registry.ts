/** The adapters by the kind that the configuration names. */
import type { LlmUpstreamConfig } from '../config/gateway.ts'
import type { Adapter } from './adapter.ts'
import { anthropic } from './llm/anthropic/anthropic.ts'
import { openai } from './llm/openai/openai.ts'

type UpstreamKind = LlmUpstreamConfig['kind']

export const ADAPTERS: Readonly<Record<UpstreamKind, Adapter>> = { openai, anthropic }

export function adapterOf(kind: UpstreamKind): Adapter {
  return ADAPTERS[kind]
}
