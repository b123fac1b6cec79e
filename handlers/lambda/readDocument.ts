import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ObjectUnreadable, S3 } from "../../services/S3.ts"

/** Reads JSON objects of one kind. One that is not of that kind is unreadable, like one that S3 will not give. */
export const readDocument = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* (object: { readonly bucket: string; readonly key: string }) {
    const { text, etag } = yield* S3.use(({ getText }) => getText(object, { maxBytes: longestDocument }))
    const value = yield* Effect.mapError(
      decode(text),
      ({ message }) => new ObjectUnreadable({ ...object, detail: message.replace(/\s+/g, " ") })
    )
    return { value, etag }
  })
}

/** In bytes. A movie takes a few thousand, the roster of a thousand movies some 100,000. */
const longestDocument = 5_000_000
