/** The Anthropic API: messages, their token count, and models. */
import type { Adapter, ListedModel } from '../../adapter.ts'
import { modelsOperations } from '../models-operations.ts'
import { allowedBetas } from './betas.ts'
import { countTokens, messages } from './messages.ts'

const API_VERSION = '2023-06-01'

export const anthropic: Adapter = {
  kind: 'anthropic',
  dialect: 'anthropic',
  tokenizer: 'anthropic',
  priceProvider: 'anthropic',
  operations: [
    messages,
    countTokens,
    ...modelsOperations(['beta=true', 'limit', 'after_id', 'before_id']),
  ],
  forwardHeader: (name, value) => (name === 'anthropic-beta' ? allowedBetas(value) : null),
  credentialHeaders: (key) => ({ 'x-api-key': key, 'anthropic-version': API_VERSION }),
  isRetryable: (status) => status === 408 || status === 429 || status >= 500,
  model,
  modelList: (models) => ({
    data: models.map(model),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
}

function model({ id, createdAtMs }: ListedModel) {
  return { type: 'model', id, display_name: id, created_at: new Date(createdAtMs).toISOString() }
}
