import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { csvKey, enrichedKey, manifestKey, reportKey } from "../../domain/keys.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import { OmdbDetails } from "../../domain/OmdbDetails.ts"
import { ListFields, RankedMovie } from "../../domain/RankedMovie.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { csv, exportRecord, exportStage, loadStage, manifest, notification, reportStage } from "./stages.ts"

// UTF-8 takes at most three bytes for one of JavaScript's characters.
const letters = (length: number) => "€".repeat(length)
const number = 999_999_999_999_999
const list = [letters(1_000), letters(999)]
const candidates = [...[4_000, 2_000, 1_000, 600, 500].map(letters), list, ["US"], number, 100, 10, 2200]

/** Each text, list and number field of a struct with the longest value that it accepts. */
const longest = (fields: Schema.Struct.Fields) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, schema]) => {
      const value = candidates.find((candidate) => Schema.is(schema)(candidate))
      return value === undefined ? [] : [[name, value]]
    })
  )

const longestMovie = (rank: number): EnrichedMovie => {
  const movie = enrichedMovie(rank)
  const omdb = { ...movie.omdb, ...longest(OmdbDetails.fields) }
  const { title } = longest({ title: RankedMovie.fields.title })
  return Schema.decodeUnknownSync(EnrichedMovie)({ ...movie, title, list: longest(ListFields), omdb })
}

it.effect("exports, loads and reports 250 movies with every text at its longest", () =>
  Effect.gen(function* () {
    const exported = exportStage()
    const ranks = ranksUpTo(250)
    exported.putRun(ranks)
    for (const rank of ranks) exported.put(enrichedKey(runDate, idOf(rank)), longestMovie(rank))
    assert.deepStrictEqual((yield* exported.handle(exportRecord(1))).response, { batchItemFailures: [] })
    const text = exported.textOf(csv)
    // So that each text is in it.
    assert.isAbove(Buffer.byteLength(text), 20_000_000)

    const loaded = loadStage()
    loaded.put(csv, text)
    assert.deepStrictEqual((yield* loaded.handle(notification("0A1"))).response, { batchItemFailures: [] })
    assert.deepStrictEqual(loaded.ranks(), ranks)
    const published = reportStage()
    const earlier = RunDate.make("2026-11-20")
    published.put(csvKey(earlier), text.replaceAll(runDate, earlier))
    published.put(csvKey(runDate), text)
    published.put(manifestKey(runDate), JSON.parse(exported.textOf(manifest)))
    assert.deepStrictEqual((yield* published.publish()).response, { batchItemFailures: [] })
    assert.isBelow(Buffer.byteLength(published.textOf(reportKey(runDate))), 500_000)
    // DynamoDB's limit for an item, and that of SQS for a message.
    assert.isBelow(Buffer.byteLength(JSON.stringify(loaded.items()[0])), 400_000)
    const row = JSON.stringify({ title: longestMovie(1).title, ...longestMovie(1).list })
    assert.isBelow(Buffer.byteLength(row), 200_000)
  })
)
