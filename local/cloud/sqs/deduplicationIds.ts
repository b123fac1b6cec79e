import { isJson, type Json, objectsAt, stringAt } from "../protocol.ts"

// fauxqs drops a deduplication id for five minutes of real time. When the local cloud fast-forwards over five minutes,
// later messages get the number of that skip as a suffix of their ids on the way to fauxqs, so that it accepts them.

const windowMs = 300_000

export const makeDeduplicationIds = () => {
  let skips = 0

  const addSuffix = (message: Json): Json => {
    const id = stringAt(message, "MessageDeduplicationId")
    return id === undefined ? message : { ...message, MessageDeduplicationId: `${id}~${skips}` }
  }
  const removeSuffix = (message: Json): Json => {
    const attributes = message["Attributes"]
    const id = isJson(attributes) ? stringAt(attributes, "MessageDeduplicationId") : undefined
    if (!isJson(attributes) || id === undefined) return message
    return { ...message, Attributes: { ...attributes, MessageDeduplicationId: id.replace(/~\d+$/, "") } }
  }
  return {
    /** The input of SendMessage or SendMessageBatch for fauxqs. */
    encode: (input: Json): Json =>
      "Entries" in input ? { ...input, Entries: objectsAt(input, "Entries").map(addSuffix) } : addSuffix(input),
    /** The output of ReceiveMessage with the original ids. */
    decode: (output: Json): Json =>
      "Messages" in output ? { ...output, Messages: objectsAt(output, "Messages").map(removeSuffix) } : output,
    /** To be called when waiting is fast-forwarded by this time. */
    passTime: (ms: number): void => {
      if (ms >= windowMs) skips++
    }
  }
}
