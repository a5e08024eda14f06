/**
 * The reference as it is served, made once. In the Worker this module is replaced by what it
 * resolves to (build/publish-plugin.ts), so that what makes the reference is not deployed.
 */
import { openApiDocument } from './document.ts'
import { renderPage } from './page/page.ts'
import { STYLE } from './page/style.ts'

interface Text {
  readonly text: string
  /** Strong, quotes included. */
  readonly etag: string
}

export interface Published {
  readonly document: Text
  readonly page: Text
  /** Of the page's only style sheet, for its content security policy. */
  readonly styleHash: string
}

let published: Promise<Published> | undefined

export function publish(): Promise<Published> {
  published ??= make()
  return published
}

async function make(): Promise<Published> {
  const document = openApiDocument()
  return {
    document: await tagged(JSON.stringify(document)),
    page: await tagged(renderPage(document)),
    styleHash: `sha256-${await sha256(STYLE)}`,
  }
}

async function tagged(text: string): Promise<Text> {
  return { text, etag: `"${await sha256(text)}"` }
}

async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
}
