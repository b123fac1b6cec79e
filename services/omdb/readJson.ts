import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * The value of a JSON text. OMDb leaves control characters and backslashes in its strings unescaped; where that is all
 * that is wrong, the text is read with these characters in it.
 */
export const readJson = (text: string): Option.Option<unknown> =>
  Option.orElse(decodeJson(text), () => decodeJson(escapeInStrings(text)))

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** One pass: the time is proportional to the length of the text, whatever is in it. */
const escapeInStrings = (text: string): string => {
  let isInString = false
  return text.replace(/\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})|[\\"\p{Cc}]/gu, (token) => {
    if (token === '"') isInString = !isInString
    else if (isInString && token.length === 1) return JSON.stringify(token).slice(1, -1)
    return token
  })
}
