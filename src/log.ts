/**
 * Structured log lines, one JSON object each. Callers pass figures and ids, never a credential, a
 * header or a body; causes are reduced to name and message of our own errors.
 */
export interface Log {
  warn(event: string, fields: Readonly<Record<string, unknown>>): void
  error(event: string, fields: Readonly<Record<string, unknown>>): void
}

export const consoleLog: Log = {
  warn: (event, fields) => console.warn(JSON.stringify({ level: 'warn', event, ...fields })),
  error: (event, fields) => console.error(JSON.stringify({ level: 'error', event, ...fields })),
}
