import { Buffer } from "node:buffer"

const mostEntries = 10
const mostBytes = 256 * 1024

/** The entries in their order, in batches that SQS takes; one too long for any batch gets its own, for SQS to refuse. */
export const batchesOf = <E extends { readonly body: string }>(
  entries: ReadonlyArray<E>
): ReadonlyArray<ReadonlyArray<E>> => {
  const batches: Array<Array<E>> = []
  let room = 0
  for (const entry of entries) {
    const bytes = Buffer.byteLength(entry.body)
    const batch = batches.at(-1)
    if (batch === undefined || batch.length === mostEntries || bytes > room) {
      batches.push([entry])
      room = mostBytes - bytes
    } else {
      batch.push(entry)
      room -= bytes
    }
  }
  return batches
}
