import { join } from "node:path"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { maxListBytes } from "../../domain/SourceList.ts"
import { readingSignal, readPath, readUpTo, reasonOf } from "../boundedInput.ts"
import { projectRoot } from "../LocalStack.ts"

export interface SourceListFile {
  readonly bytes: Uint8Array
  /** The address that the server redirected to, if it did. */
  readonly redirectedTo?: string
}

/**
 * The bytes of the source list, unchecked: the first stage of the pipeline decides whether they are a list. `movies` is
 * a path or an http address; undefined stands for the sample. Throws CannotRun where it cannot be read, is longer than the
 * stage accepts, or takes too long.
 */
export const readSourceList = async (
  movies: string | undefined,
  interruption: AbortSignal = new AbortController().signal
): Promise<SourceListFile> => {
  const signal = readingSignal(interruption)
  try {
    if (movies !== undefined && isHttp(movies)) return await download(movies, signal)
    return { bytes: await readPath(movies ?? join(projectRoot, "sample/Top250Movies.json"), maxListBytes, signal) }
  } catch (cause) {
    throw new CannotRun({ message: `--movies ${movies} cannot be read: ${reasonOf(cause)}.` })
  }
}

/** Follows redirects itself: the reason of a failure says where it was redirected to. */
const download = async (url: string, signal: AbortSignal): Promise<SourceListFile> => {
  let address = url
  try {
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await fetch(address, { signal, redirect: "manual" })
      const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null
      if (location === null) {
        if (!response.ok) throw new Error(`the server replied ${response.status}`)
        const bytes = await readUpTo(maxListBytes, response.body ?? [])
        return address === url ? { bytes } : { bytes, redirectedTo: address }
      }
      await response.body?.cancel()
      address = new URL(location, address).href
      if (!isHttp(address)) throw new Error("that is no http address")
    }
    throw new Error(`there are more than ${maxRedirects} redirects`)
  } catch (cause) {
    throw address === url ? cause : new Error(`${reasonOf(cause)} (redirected to ${address})`)
  }
}

const maxRedirects = 20
const isHttp = (address: string) => /^https?:\/\//.test(address)
