import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ExportMessage, MovieMessage } from "../../domain/Messages.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"

const throughJson = <S extends Schema.ConstraintCodec<unknown>>(schema: S, value: S["Type"]) => {
  const json = Schema.fromJsonString(schema)
  return Schema.encodeEffect(json)(value).pipe(Effect.flatMap(Schema.decodeEffect(json)))
}

describe("messages and documents", () => {
  it.effect.prop(
    "decode from their JSON to the same value",
    { MovieMessage, ExportMessage, EnrichedMovie, Gap, Roster, Manifest },
    (documents) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* throughJson(MovieMessage, documents.MovieMessage), documents.MovieMessage)
        assert.deepStrictEqual(yield* throughJson(ExportMessage, documents.ExportMessage), documents.ExportMessage)
        assert.deepStrictEqual(yield* throughJson(EnrichedMovie, documents.EnrichedMovie), documents.EnrichedMovie)
        assert.deepStrictEqual(yield* throughJson(Gap, documents.Gap), documents.Gap)
        assert.deepStrictEqual(yield* throughJson(Roster, documents.Roster), documents.Roster)
        assert.deepStrictEqual(yield* throughJson(Manifest, documents.Manifest), documents.Manifest)
      })
  )
})
