import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { setTimeout } from "node:timers/promises"

/** For reading one input, in milliseconds. */
const timeLimit = 30_000

/** Aborts with the interruption, or when reading takes too long. */
export const readingSignal = (interruption: AbortSignal): AbortSignal =>
  AbortSignal.any([interruption, AbortSignal.timeout(timeLimit)])

/** The bytes of a file, a pipe or a device. Rejects where there are more than `maxBytes`. */
export const readPath = async (path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> => {
  // Non-blocking: opening a pipe without a writer would occupy a thread, and with it keep the process from ending.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return await readUpTo(maxBytes, chunksOf(file, signal))
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

export const readUpTo = async (
  maxBytes: number,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): Promise<Uint8Array> => {
  const read: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`)
    read.push(chunk)
  }
  return Buffer.concat(read)
}

/** Why reading failed, as part of a sentence. */
export const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === "TimeoutError") return `it took longer than ${timeLimit / 1000} seconds`
  const detail = cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
  return cause.name === "AbortError" && cause.cause instanceof DOMException ? reasonOf(cause.cause) : detail
}
