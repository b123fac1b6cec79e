import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { projectRoot } from "../LocalStack.ts"

const download = async (url: string, signal: AbortSignal): Promise<Uint8Array> => {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) })
  if (!response.ok) throw new Error(`the server replied ${response.status}`)
  return response.bytes()
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}

/**
 * The bytes of the source list, unchecked: the first stage of the pipeline decides whether they are a list. `movies` is
 * a path or an http address; undefined stands for the sample. Throws CannotRun where it cannot be read.
 */
export const readSourceList = async (
  movies?: string,
  signal: AbortSignal = new AbortController().signal
): Promise<Uint8Array> => {
  try {
    if (movies === undefined) return await readFile(join(projectRoot, "sample/Top250Movies.json"))
    return /^https?:\/\//.test(movies) ? await download(movies, signal) : await readFile(movies)
  } catch (cause) {
    throw new CannotRun({ message: `--movies ${movies} cannot be read: ${reasonOf(cause)}.` })
  }
}
