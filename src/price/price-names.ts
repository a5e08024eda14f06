// How a model's dated and tuned names lead to its price. Narrower on purpose than a prefix match: a
// further version number is another model, and a dearer one passes for a cheaper one otherwise.

export interface NamePatterns {
  /** Name starts, after which only what marks a snapshot may follow: see `isSnapshot`. */
  readonly snapshotsOf?: readonly string[]
  /** Names that end in a date, written as `-YYYY-MM-DD` or `-YYYYMMDD`. */
  readonly dated?: readonly string[]
  /** Name starts after which anything may follow: a fine-tuned model's owner and job. */
  readonly tunedFrom?: readonly string[]
}

/** Whether one of the patterns is for this name. */
export function namesModel(patterns: NamePatterns, model: string): boolean {
  return (
    (patterns.snapshotsOf ?? []).some((start) => isSnapshot(model, start)) ||
    (patterns.dated ?? []).some((form) => isDated(model, form)) ||
    (patterns.tunedFrom ?? []).some(
      (start) => model.length > start.length && model.startsWith(start),
    )
  )
}

const DATE = /^[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$/
const DIGITS_OF_DATE = { 'YYYY-MM-DD': /^\d{4}-\d{2}-\d{2}$/, YYYYMMDD: /^\d{8}$/ } as const
const MONTH_AND_DAY = /^-\d{4}$/
const LATEST = '-latest'
const PREVIEW = '-preview'

/** Whether a name is `form` with a date in the place of its last letters. */
function isDated(model: string, form: string): boolean {
  const shape = form.endsWith('YYYYMMDD') ? 'YYYYMMDD' : 'YYYY-MM-DD'
  const start = form.slice(0, -shape.length)
  return model.startsWith(start) && DIGITS_OF_DATE[shape].test(model.slice(start.length))
}

/**
 * Whether a name is `start` and beyond it nothing but a snapshot's mark: `-preview`, then `-latest`,
 * a date or a month and day. A further version number is another model, with its own price:
 * `claude-sonnet-5-5` is no snapshot of `claude-sonnet-5`. The start may reach into the mark.
 */
function isSnapshot(model: string, start: string): boolean {
  return model.startsWith(start) && withoutMark(model).length <= start.length
}

function withoutMark(model: string): string {
  const undated = withoutDate(model)
  return undated.endsWith(PREVIEW) ? undated.slice(0, -PREVIEW.length) : undated
}

function withoutDate(model: string): string {
  if (model.endsWith(LATEST)) return model.slice(0, -LATEST.length)
  if (DATE.test(model.slice(-11))) return model.slice(0, -11)
  if (DATE.test(model.slice(-9))) return model.slice(0, -9)
  return MONTH_AND_DAY.test(model.slice(-5)) ? model.slice(0, -5) : model
}
