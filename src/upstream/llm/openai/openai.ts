/** The OpenAI API, and every server that speaks it. */
import type { Adapter, ListedModel } from '../../adapter.ts'
import { memberOf } from '../../json-read.ts'
import { modelsOperations } from '../models-operations.ts'
import { chat } from './chat.ts'
import { completions } from './completions.ts'
import { embeddings } from './embeddings.ts'

export const openai: Adapter = {
  kind: 'openai',
  dialect: 'openai',
  tokenizer: 'openai',
  priceProvider: 'openai',
  operations: [chat, completions, embeddings, ...modelsOperations([])],
  // Organisation and project choose an account, betas open what is not metered: none of them passes.
  forwardHeader: () => null,
  credentialHeaders: (key) => ({ authorization: `Bearer ${key}` }),
  isRetryable: (status, body) =>
    status === 408 || status >= 500 || (status === 429 && !isOutOfCredit(body)),
  model,
  modelList: (models) => ({ object: 'list', data: models.map(model) }),
}

/** The platform's own account is empty: waiting does not help. */
function isOutOfCredit(body: unknown): boolean {
  const error = memberOf(body, 'error')
  return [memberOf(error, 'code'), memberOf(error, 'type')].includes('insufficient_quota')
}

function model({ id, createdAtMs }: ListedModel) {
  return { id, object: 'model', created: Math.floor(createdAtMs / 1000), owned_by: 'tollgate' }
}
