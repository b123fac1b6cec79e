import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { csvKey, enrichedKey, gapKey } from "../../../domain/keys.ts"
import type { Manifest } from "../../../domain/Run.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import type { DeadLetter } from "../../../operator/dlq/DeadLetter.ts"
import type { DeadLetterQueueName } from "../../../operator/dlq/DeadLetterQueue.ts"
import { type MovieStatus, movieStatuses } from "../../../operator/status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../../../operator/status/RunEnd.ts"
import type { RunFacts } from "../../../operator/status/RunFacts.ts"
import type { ObjectSummary } from "../../../services/S3.ts"
import { gapOf, idOf, manifestOf, rosterCreatedAt, rosterOf, runDate } from "../../support/exampleRun.ts"

const roster = rosterOf([1, 2])
const stored = (key: string, etag: string, lastModified = Date.parse(rosterCreatedAt)) => ({
  key,
  etag,
  size: 1,
  lastModified
})
const enriched = (rank: number) => stored(enrichedKey(runDate, idOf(rank)), `e${rank}`)
const gap = (rank: number) => stored(gapKey(runDate, idOf(rank)), `g${rank}`)
const manifestWith = (objects: ReadonlyArray<ObjectSummary>, more: Partial<Manifest> = {}) => {
  const madeOf = objects.map(({ key, etag }) => ({ key, etag }))
  return Option.some(manifestOf({ complete: false, total: 2, enriched: objects.length, madeOf, ...more }))
}
const invalid = { imdbId: idOf(2), reason: "DocumentInvalid", detail: "not JSON" }
const deadLetterIn = (queue: DeadLetterQueueName, more: Partial<DeadLetter> = {}): DeadLetter => ({
  queue,
  messageId: "m",
  sentAt: "2026-11-21T06:00:00.000Z",
  runDate,
  about: "about",
  cause: "the cause",
  payload: "{}",
  ...more
})
const empty = { visible: 0, hidden: 0 }

const factsOf = (more: Partial<RunFacts>): RunFacts => ({
  runDate,
  now: Date.parse("2026-11-21T09:00:00.000Z"),
  roster: Option.some(roster),
  stored: [],
  gaps: [],
  manifest: Option.none(),
  items: [],
  queues: { movies: empty, exports: empty, loads: empty },
  deadLetters: [],
  unseen: 0,
  maxReceiveCount: Option.some(8),
  ...more
})

const statusesOf = (facts: RunFacts) => movieStatuses(facts, roster)
const endOf = (more: Partial<RunFacts>): RunEnd => runEnd(factsOf(more), statusesOf(factsOf(more)))
const both = { stored: [enriched(1), enriched(2)] }
const exported = { ...both, manifest: manifestWith([enriched(1), enriched(2)]) }
const waitingMovies = { ...factsOf({}).queues, movies: { visible: 0, hidden: 1 } }
const nextAttemptAt = "2026-11-21T10:00:00.000Z"
/** Movie 1 is enriched, and movie 2 has a provisional gap. Its next attempt is an hour from now. */
const provisional = {
  stored: [enriched(1), gap(2)],
  gaps: [gapOf(2, { reason: "OmdbUnavailable", nextAttemptAt })],
  queues: waitingMovies
}

describe("movieStatuses", () => {
  it("returns enriched for a movie with an object and a gap, and gap with cause and attempts without an object", () => {
    const facts = factsOf({ stored: [enriched(1), gap(1), gap(2)], gaps: [gapOf(1), gapOf(2)] })
    assert.deepStrictEqual(
      statusesOf(facts).map(({ state, cause, attempts, where }) => [state, cause, attempts, where]),
      [
        ["enriched", undefined, undefined, enrichedKey(runDate, idOf(1))],
        ["gap", "MovieNotFound: OMDb has no such movie", 1, gapKey(runDate, idOf(2))]
      ]
    )
  })

  it("returns dead letter for a movie with only a dead letter of this run", () => {
    const other = { runDate: RunDate.make("2026-11-20"), imdbId: idOf(1) }
    const facts = factsOf({ deadLetters: [deadLetterIn("movies", other), deadLetterIn("movies", { imdbId: idOf(2) })] })
    assert.deepStrictEqual(
      statusesOf(facts).map(({ state, cause, attempts }) => [state, cause, attempts]),
      [
        ["missing", undefined, undefined],
        ["dead letter", "the cause", 8]
      ]
    )
  })

  const earlierGap = { stored: [enriched(1), { ...gap(2), lastModified: 0 }], gaps: [gapOf(2)] }
  it.each<[MovieStatus["state"], string, Partial<RunFacts>, object]>([
    ["waiting", "no object", { stored: [enriched(1)], queues: waitingMovies }, { where: "movies queue" }],
    ["waiting", "a gap from before the roster", { ...earlierGap, queues: waitingMovies }, { where: "movies queue" }],
    ["provisional gap", "a provisional gap", provisional, { nextAttemptAt, where: "movies queue" }],
    [
      "gap",
      "a provisional gap and a dead letter",
      { ...provisional, deadLetters: [deadLetterIn("movies", { imdbId: idOf(2) })] },
      { messageId: "m", where: "movies DLQ" }
    ],
    ["gap", "a provisional gap and an empty queue", { ...provisional, queues: factsOf({}).queues }, {}],
    [
      "unreadable",
      "an object that the export could not read",
      { ...both, manifest: manifestWith(both.stored, { unreadable: [invalid], pending: [idOf(2)] }) },
      { cause: "DocumentInvalid: not JSON", where: enriched(2).key }
    ],
    [
      "enriched",
      "an object that was replaced after the export",
      { ...both, manifest: manifestWith([enriched(1), gap(2)], { unreadable: [invalid], pending: [idOf(2)] }) },
      {}
    ]
  ])("returns %s for a movie with %s", (state, _, facts, more) => {
    const [, movie] = statusesOf(factsOf(facts))
    assert.deepInclude<object>(movie ?? {}, { state, ...more })
  })

  it("omits the next attempt and the number of attempts of a provisional gap once that time has passed", () => {
    const facts = { ...provisional, now: Date.parse(nextAttemptAt) }
    assert.deepInclude<object>(statusesOf(factsOf(provisional))[1] ?? {}, { attempts: 1, nextAttemptAt })
    assert.doesNotHaveAnyKeys(statusesOf(factsOf(facts))[1], ["attempts", "nextAttemptAt"])
    assert.deepInclude(endOf({ ...facts, manifest: manifestWith(provisional.stored) }), {
      waitsFor: [{ what: "1 movie (provisional gap)", why: "retries go on" }]
    })
  })

  it("mentions dead letters that cannot be read, for a missing movie", () => {
    assert.include(statusesOf(factsOf({ unseen: 3 }))[0]?.where, "or one of 3 dead letters")
  })
})

describe("runEnd", () => {
  it("is complete if the manifest names the stored objects and the table has the rows", () => {
    const end = endOf({ ...exported, items: [idOf(2), idOf(1)] })
    assert.deepStrictEqual(end, { state: "complete", csvKey: csvKey(runDate), tableItems: 2 })
  })

  it("is complete with gaps if a movie is a gap", () => {
    const stored = [enriched(1), gap(2)]
    const end = endOf({ stored, manifest: manifestWith(stored), gaps: [gapOf(2)], items: [idOf(1)] })
    assert.deepStrictEqual(end, { state: "complete with gaps", csvKey: csvKey(runDate), tableItems: 1, gaps: 1 })
  })

  it("names what is published of a run that waits for a provisional gap", () => {
    const waitsFor = [{ what: "1 movie (provisional gap)", why: `next attempt at ${nextAttemptAt}` }]
    const manifest = manifestWith(provisional.stored)
    const published = { csvKey: csvKey(runDate), tableItems: 1 }
    const facts = { ...provisional, manifest, items: [idOf(1)] }
    assert.deepStrictEqual<unknown>(endOf(facts), { state: "unfinished", waitsFor, published })
    const earlier = manifestWith(provisional.stored, { rosterCreatedAt: "2026-11-21T05:00:00.000Z" })
    assert.deepStrictEqual<unknown>(endOf({ ...facts, manifest: earlier }), { state: "unfinished", waitsFor })
  })

  const nothingInProgress = "nothing is in progress: run the date again"
  const { queues } = factsOf({})
  it.each<[string, Partial<RunFacts>, string, string]>([
    ["the roster", { roster: Option.none() }, "the roster", nothingInProgress],
    [
      "the roster, with a dead letter of the event",
      { roster: Option.none(), deadLetters: [deadLetterIn("failed-runs")] },
      "the roster",
      "dead letter in failed-runs: the cause"
    ],
    ["missing movies", {}, "2 movies (missing)", nothingInProgress],
    [
      "missing movies, with a dead letter of the event",
      { deadLetters: [deadLetterIn("daily")] },
      "2 movies (missing)",
      "dead letter in daily: the cause"
    ],
    [
      "movies on the queue",
      { queues: { ...queues, movies: { visible: 1, hidden: 2 } } },
      "2 movies (waiting)",
      "on the movies queue: 1 message visible, 2 messages in flight or hidden until the next attempt"
    ],
    [
      "an export of the stored objects",
      { ...both, manifest: manifestWith([enriched(1), gap(2)]) },
      "the export",
      nothingInProgress
    ],
    [
      "an export for the latest roster",
      { ...both, manifest: manifestWith(both.stored, { rosterCreatedAt: "2026-11-21T05:00:00.000Z" }) },
      "the export",
      nothingInProgress
    ],
    [
      "a valid object",
      { ...both, manifest: manifestWith(both.stored, { unreadable: [invalid], pending: [idOf(2)] }) },
      "1 movie (unreadable)",
      "the object is not valid: run the date again, which replaces it if OMDb returns the movie"
    ],
    [
      "an export, with a dead letter",
      { ...both, queues: { ...queues, exports: { visible: 1, hidden: 0 } }, deadLetters: [deadLetterIn("exports")] },
      "the export",
      "dead letter in exports: the cause"
    ],
    [
      "a load, with one row too many in the table",
      { ...exported, items: [idOf(1), idOf(2), idOf(3)], queues: { ...queues, loads: { visible: 0, hidden: 1 } } },
      "the rows of the table (3 in the table, 2 in the CSV)",
      "on the loads queue: 1 message in flight or hidden until the next attempt"
    ],
    [
      "a load, without a notification",
      { ...exported, items: [] },
      "the rows of the table (0 in the table, 2 in the CSV)",
      "nothing is in progress: delete the CSV and run the date again, which writes and loads it"
    ],
    [
      "a load, with another movie's row in the table",
      { ...exported, items: [idOf(1), idOf(3)], deadLetters: [deadLetterIn("loads")] },
      "the rows of the table (2 in the table, 2 in the CSV)",
      "dead letter in loads: the cause"
    ],
    [
      "a load that is a dead letter, since the rows may be from an older CSV",
      { ...exported, items: [idOf(1), idOf(2)], deadLetters: [deadLetterIn("loads")] },
      "a load of the CSV",
      "dead letter in loads: the cause"
    ]
  ])("waits for %s", (_, facts, what, why) => {
    const queue = /^dead letter in ([a-z-]+)/.exec(why)?.[1]
    const wait = { what, why, ...(queue && { queue, command: `dlq redrive ${queue}` }) }
    const end = endOf(facts)
    assert.strictEqual(end.state, "unfinished")
    assert.deepStrictEqual<unknown>("waitsFor" in end && end.waitsFor, [wait])
  })
})
