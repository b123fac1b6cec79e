import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import { ObjectUnreadable, S3 } from "../../services/S3.ts"
import { Stack } from "./Stack.ts"

/** Reads a JSON object of the movies bucket; none where there is no such key. */
const find = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* (key: string) {
    const { outputs } = yield* Stack
    const object = { bucket: outputs.moviesBucket, key }
    return yield* S3.use(({ getText }) => getText(object, { maxBytes: longest })).pipe(
      Effect.flatMap(({ text }) => decode(text)),
      Effect.map(Option.some),
      Effect.catchTags({
        ObjectMissing: () => Effect.succeedNone,
        SchemaError: ({ message }) => new ObjectUnreadable({ ...object, detail: message.replace(/\s+/g, " ") })
      })
    )
  })
}

/** Whether the movies bucket has the key. */
export const isThere = Effect.fnUntraced(function* (key: string) {
  const { outputs } = yield* Stack
  const listed = yield* S3.use(({ list }) => list(outputs.moviesBucket, key))
  return listed.some((object) => object.key === key)
})

/** In bytes: the manifest of a run of a thousand movies takes some 200,000. */
const longest = 5_000_000

export const findRoster = find(Roster)
export const findManifest = find(Manifest)
export const findGap = find(Gap)
