import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ExportsQueueMessage, MoviesQueueMessage } from "../../domain/Messages.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"

const throughJson = <S extends Schema.ConstraintCodec<unknown>>(schema: S, value: S["Type"]) => {
  const json = Schema.fromJsonString(schema)
  return Schema.encodeEffect(json)(value).pipe(Effect.flatMap(Schema.decodeEffect(json)))
}

describe("messages and documents", () => {
  it.effect.prop(
    "decode from their JSON to the same value",
    { MoviesQueueMessage, ExportsQueueMessage, EnrichedMovie, Gap, Roster, Manifest },
    (documents) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          {
            MoviesQueueMessage: yield* throughJson(MoviesQueueMessage, documents.MoviesQueueMessage),
            ExportsQueueMessage: yield* throughJson(ExportsQueueMessage, documents.ExportsQueueMessage),
            EnrichedMovie: yield* throughJson(EnrichedMovie, documents.EnrichedMovie),
            Gap: yield* throughJson(Gap, documents.Gap),
            Roster: yield* throughJson(Roster, documents.Roster),
            Manifest: yield* throughJson(Manifest, documents.Manifest)
          },
          documents
        )
      })
  )
})
