// Bodies of the commands. An object stands for a list of one wherever a list is taken, ids may be
// numbers, unknown members are ignored.
import * as z from 'zod'
import { refuse } from './errors.ts'

const Id = z.union([z.string().min(1), z.number().transform(String)])
const Numbers = z.array(z.number())
const Metadata = z.record(z.string(), z.unknown())
const Include = {
  includeMetadata: z.boolean().default(false),
  includeVectors: z.boolean().default(false),
  includeData: z.boolean().default(false),
}

export const Record = z.object({
  id: Id,
  vector: Numbers,
  metadata: Metadata.optional(),
  data: z.string().optional(),
})
export type Record = z.infer<typeof Record>

export const RawRecord = Record.omit({ vector: true }).extend({ data: z.string() })

export const Query = z.object({
  vector: Numbers.optional(),
  data: z.string().optional(),
  topK: z.int().min(1).max(1000).default(10),
  filter: z.string().default(''),
  ...Include,
})
export type Query = z.infer<typeof Query>

export const Fetch = z.object({
  ids: z.array(Id).optional(),
  prefix: z.string().optional(),
  ...Include,
})
export const Range = z.object({
  cursor: z.union([z.string(), z.number()]).transform(Number).pipe(z.int().min(0)),
  limit: z.int().min(1).max(1000),
  prefix: z.string().default(''),
  ...Include,
})

export const Delete = z.union([
  z.array(Id).transform((ids) => ({ ids })),
  z.object({ ids: z.array(Id) }),
  z.object({ prefix: z.string() }),
  z.object({ filter: z.string() }),
  z.object({ id: Id }).transform(({ id }) => ({ ids: [id] })),
])
export type Delete = z.infer<typeof Delete>

export const Update = z.object({
  id: Id,
  vector: Numbers.optional(),
  data: z.string().optional(),
  metadata: Metadata.optional(),
  metadataUpdateMode: z.enum(['OVERWRITE', 'PATCH']).default('OVERWRITE'),
})
export type Update = z.infer<typeof Update>

export const Rename = z.object({
  namespace: z.string(),
  newNamespace: z.string(),
  deleteExisting: z.boolean().default(false),
})
export const Resume = z.object({ uuid: z.string(), additionalK: z.int().min(1) })
export const Stop = z.object({ uuid: z.string() })

export function readCommand<T extends z.ZodType>(schema: T, body: string): z.infer<T> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    refuse(400, 'Failed to parse the request body as JSON')
  }
  const read = schema.safeParse(value)
  return read.success ? read.data : refuse(400, `Invalid request: ${z.prettifyError(read.error)}`)
}

/** A list, or one member for a list of it. */
export function oneOrMore<T extends z.ZodType>(schema: T) {
  return z.union([z.array(schema).min(1), schema.transform((one) => [one])])
}
