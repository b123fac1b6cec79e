import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { maxListBytes } from "../../domain/SourceList.ts"
import { projectRoot } from "../LocalStack.ts"

/** For reading a list, in milliseconds. */
const timeLimit = 30_000

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
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(timeLimit)])
  try {
    if (movies === undefined) return await readPath(join(projectRoot, "sample/Top250Movies.json"), signal)
    return /^https?:\/\//.test(movies) ? await download(movies, signal) : await readPath(movies, signal)
  } catch (cause) {
    throw new CannotRun({ message: `--movies ${movies} cannot be read: ${reasonOf(cause)}.` })
  }
}

const download = async (url: string, signal: AbortSignal): Promise<SourceListFile> => {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`the server replied ${response.status}`)
  const bytes = await upToLimit(response.body ?? [])
  return response.redirected ? { bytes, redirectedTo: response.url } : { bytes }
}

const readPath = async (path: string, signal: AbortSignal): Promise<SourceListFile> => {
  // Non-blocking: opening a pipe that nobody writes to would occupy a thread, and with it keep the process from ending.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return { bytes: await upToLimit(chunksOf(file, signal)) }
  } finally {
    await file.close()
  }
}

/** The content of a file, or what is written to a pipe until its writers have closed it. */
async function* chunksOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let canWait = (await file.stat()).isFIFO()
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536)).catch((cause: unknown) => {
      // A pipe with a writer, and nothing to read yet.
      if (cause instanceof Error && "code" in cause && cause.code === "EAGAIN") return { bytesRead: -1, buffer: empty }
      throw cause
    })
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
    if (bytesRead === 0 && !canWait) return
    // Until the first bytes, the end of a pipe means that it has no writer yet.
    if (bytesRead > 0) canWait = false
    else await setTimeout(20, undefined, { signal })
  }
}

const empty = Buffer.alloc(0)

const upToLimit = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> => {
  const read: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxListBytes) throw new Error(`it has more than ${maxListBytes} bytes`)
    read.push(chunk)
  }
  return Buffer.concat(read)
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === "TimeoutError") return `it took longer than ${timeLimit / 1000} seconds`
  const detail = cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
  return cause.name === "AbortError" && cause.cause instanceof DOMException ? reasonOf(cause.cause) : detail
}
