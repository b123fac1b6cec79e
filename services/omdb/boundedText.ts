import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** The text of a body, in the charset of its Content-Type. None where the body is longer than `maxBytes`; reading stops there. */
export const boundedText = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<Option.Option<string>, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const decoder = decoderFor(response.headers["content-type"])
    let text = ""
    let length = 0
    const take = (chunk: Uint8Array) =>
      Effect.sync(() => {
        length += chunk.length
        if (length > maxBytes) return false
        text += decoder.decode(chunk, { stream: true })
        return true
      })
    return Stream.runForEachWhile(response.stream, take).pipe(
      Effect.map(() => (length > maxBytes ? Option.none() : Option.some(text + decoder.decode())))
    )
  })

/** UTF-8 where no charset is named, or one that is not known. */
const decoderFor = (contentType = "") => {
  const [, charset] = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? []
  return Option.getOrElse(newDecoder(charset), () => new TextDecoder())
}

const newDecoder = Option.liftThrowable((charset: string | undefined) => new TextDecoder(charset))
