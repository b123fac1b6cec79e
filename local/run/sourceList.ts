import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { projectRoot } from "../LocalStack.ts"

const why = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}

const download = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return response.bytes()
}

/**
 * The bytes of the list to run on, just as they are: whether they are a list is the first stage's business. Throws
 * CannotRun where there is nothing to read.
 */
export const readSourceList = async (movies: string | undefined): Promise<Uint8Array> => {
  try {
    if (movies === undefined) return await readFile(join(projectRoot, "sample/Top250Movies.json"))
    return /^https?:\/\//.test(movies) ? await download(movies) : await readFile(movies)
  } catch (cause) {
    throw new CannotRun({ message: `--movies ${movies} cannot be read: ${why(cause)}.` })
  }
}
