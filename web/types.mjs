/*
 * types.mjs OPENAPI.json OUTPUT.ts: the client's types from the server's document.
 * Prose is left out, so that the types change when the API does, not its wording.
 */

import { readFile, writeFile } from 'node:fs/promises'

import openapiTS, { astToString } from 'openapi-typescript'

const prose = ['description', 'summary', 'example', 'examples', 'format', 'default']

/** A property may be called `summary`; then its value is a schema, and stays. */
function isProse(name, value) {
  return prose.includes(name) && (typeof value !== 'object' || Array.isArray(value))
}

const [, , source, target] = process.argv
const document = JSON.parse(await readFile(source, 'utf8'), (name, value) =>
  isProse(name, value) ? undefined : value,
)

const head = '// Made by `npm run types -w web` from what the server says of itself.\n\n'
await writeFile(target, head + astToString(await openapiTS(document)))
