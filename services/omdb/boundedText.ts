import * as Option from "effect/Option"

/** The text of a body, in the charset of its Content-Type. `add` is false, and `end` none, past `maxBytes`. */
export const boundedText = (contentType: string | undefined, maxBytes: number) => {
  const decoder = decoderFor(contentType)
  let text = ""
  let length = 0
  return {
    add: (chunk: Uint8Array): boolean => {
      length += chunk.length
      if (length > maxBytes) return false
      text += decoder.decode(chunk, { stream: true })
      return true
    },
    end: (): Option.Option<string> => (length > maxBytes ? Option.none() : Option.some(text + decoder.decode()))
  }
}

/** UTF-8 where no charset is named, or one that is not known. */
const decoderFor = (contentType = "") => {
  const [, charset] = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? []
  return Option.getOrElse(newDecoder(charset), () => new TextDecoder())
}

const newDecoder = Option.liftThrowable((charset: string | undefined) => new TextDecoder(charset))
