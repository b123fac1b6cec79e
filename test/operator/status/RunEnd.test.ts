import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { csvKey, enrichedKey, gapKey } from "../../../domain/keys.ts"
import type { Roster } from "../../../domain/Run.ts"
import { Manifest } from "../../../domain/Run.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import type { DeadLetter } from "../../../operator/dlq/DeadLetter.ts"
import type { DeadLetterQueueName } from "../../../operator/dlq/DeadLetterQueue.ts"
import { movieStatuses } from "../../../operator/status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../../../operator/status/RunEnd.ts"
import type { RunFacts } from "../../../operator/status/RunFacts.ts"
import { gapOf, idOf, rosterOf, runDate } from "../../support/exampleRun.ts"

const enriched = (rank: number) => ({ key: enrichedKey(runDate, idOf(rank)), etag: `e${rank}` })
const gap = (rank: number) => ({ key: gapKey(runDate, idOf(rank)), etag: `g${rank}` })
const manifestOf = (...madeOf: ReadonlyArray<{ key: string; etag: string }>) =>
  Option.some(
    Manifest.make({
      runDate,
      total: madeOf.length,
      enriched: madeOf.length,
      gaps: [],
      csvKey: csvKey(runDate),
      sha256: "0".repeat(64),
      madeOf,
      completedAt: "2026-11-21T06:03:00.000Z"
    })
  )
const letterIn = (queue: DeadLetterQueueName, more: Partial<DeadLetter> = {}): DeadLetter => ({
  queue,
  messageId: "m",
  sentAt: "2026-11-21T06:00:00.000Z",
  runDate,
  about: "about",
  cause: "the cause",
  ...more
})
const empty = { visible: 0, hidden: 0 }
const roster = rosterOf([1, 2])

const factsOf = (more: Partial<RunFacts>): RunFacts => ({
  runDate,
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

const statusesOf = (facts: RunFacts) =>
  movieStatuses(
    facts,
    Option.getOrElse(facts.roster, (): Roster => roster)
  )
const endOf = (more: Partial<RunFacts>): RunEnd => runEnd(factsOf(more), statusesOf(factsOf(more)))
const both = { stored: [enriched(1), enriched(2)] }
const exported = { ...both, manifest: manifestOf(enriched(1), enriched(2)) }

describe("the status of a movie", () => {
  it("is enriched where it is both, and a gap with its cause and attempts where it is that alone", () => {
    const facts = factsOf({ stored: [enriched(1), gap(1), gap(2)], gaps: [gapOf(1), gapOf(2)] })
    assert.deepStrictEqual(
      statusesOf(facts).map(({ state, cause, attempts, where }) => [state, cause, attempts, where]),
      [
        ["enriched", undefined, undefined, enrichedKey(runDate, idOf(1))],
        ["gap", "MovieNotFound: OMDb has no movie it", 1, gapKey(runDate, idOf(2))]
      ]
    )
  })

  it("is that of a dead letter where nothing else tells, and not by another run's", () => {
    const other = { runDate: RunDate.make("2026-11-20"), imdbId: idOf(1) }
    const facts = factsOf({ deadLetters: [letterIn("movies", other), letterIn("movies", { imdbId: idOf(2) })] })
    assert.deepStrictEqual(
      statusesOf(facts).map(({ state, cause, attempts }) => [state, cause, attempts]),
      [
        ["missing", undefined, undefined],
        ["dead letter", "the cause", 8]
      ]
    )
  })

  it("is waiting as long as the movies queue holds anything", () => {
    const facts = factsOf({
      stored: [enriched(1)],
      queues: { ...factsOf({}).queues, movies: { visible: 0, hidden: 1 } }
    })
    assert.deepStrictEqual(
      statusesOf(facts).map(({ state, where }) => [state, where.split("/")[0]]),
      [
        ["enriched", "enriched"],
        ["waiting", "movies queue"]
      ]
    )
  })

  it("owns that a dead letter which cannot be seen may be its own", () => {
    assert.include(statusesOf(factsOf({ unseen: 3 }))[0]?.where, "or one of 3 dead letters")
  })
})

describe("a run", () => {
  it("is complete once the manifest names what is there and the table has the rows", () => {
    const end = endOf({ ...exported, items: [idOf(2), idOf(1)] })
    assert.deepStrictEqual(end, { state: "complete", csvKey: csvKey(runDate), tableItems: 2 })
  })

  it("is complete with gaps where a movie has no row", () => {
    const stored = [enriched(1), gap(2)]
    const end = endOf({ stored, manifest: manifestOf(...stored), gaps: [gapOf(2)], items: [idOf(1)] })
    assert.deepStrictEqual(end, { state: "complete with gaps", csvKey: csvKey(runDate), tableItems: 1, gaps: 1 })
  })

  const nothing = "nothing is in progress: run the date again"
  const one = { visible: 1, hidden: 2 }
  const { queues } = factsOf({})
  it.each<[string, Partial<RunFacts>, readonly [string, string]]>([
    ["stage 1, of which nothing is known", { roster: Option.none() }, ["the roster", nothing]],
    [
      "stage 1, whose event is a dead letter",
      { roster: Option.none(), deadLetters: [letterIn("failed-runs")] },
      ["the roster", "dead letter in failed-runs: the cause"]
    ],
    ["movies that nobody has", {}, ["2 movies (missing)", nothing]],
    [
      "movies that stage 1 failed to queue",
      { deadLetters: [letterIn("daily")] },
      ["2 movies (missing)", "dead letter in daily: the cause"]
    ],
    [
      "movies under way",
      { queues: { ...queues, movies: one } },
      [
        "2 movies (waiting)",
        "on the movies queue: 1 message visible, 2 messages in flight or hidden until the next attempt"
      ]
    ],
    ["an export of what is there now", { ...both, manifest: manifestOf(enriched(1), gap(2)) }, ["the export", nothing]],
    [
      "an export that is dead",
      { ...both, queues: { ...queues, exports: one }, deadLetters: [letterIn("exports")] },
      ["the export", "dead letter in exports: the cause"]
    ],
    [
      "the table, which has a row too many",
      { ...exported, items: [idOf(1), idOf(2), idOf(3)], queues: { ...queues, loads: { visible: 0, hidden: 1 } } },
      [
        "the rows of the table (3 in the table, 2 in the CSV)",
        "on the loads queue: 1 message in flight or hidden until the next attempt"
      ]
    ],
    [
      "the table, which has another's row",
      { ...exported, items: [idOf(1), idOf(3)], deadLetters: [letterIn("loads")] },
      ["the rows of the table (2 in the table, 2 in the CSV)", "dead letter in loads: the cause"]
    ]
  ])("waits for %s", (_, facts, [what, why]) => {
    const end = endOf(facts)
    assert.deepStrictEqual(end.state === "unfinished" ? end.waitsFor.map((wait) => [wait.what, wait.why]) : end.state, [
      [what, why]
    ])
  })

  it("is unfinished as long as a load of the run's CSV is dead: the rows may be those of an older one", () => {
    const stored = [enriched(1), enriched(2)]
    const whole = { stored, manifest: manifestOf(...stored), items: [idOf(1), idOf(2)] }
    assert.strictEqual(endOf(whole).state, "complete")
    assert.deepStrictEqual(endOf({ ...whole, deadLetters: [letterIn("loads")] }), {
      state: "unfinished",
      waitsFor: [
        {
          what: "a load of the CSV",
          why: "dead letter in loads: the cause",
          queue: "loads",
          command: "dlq redrive loads"
        }
      ]
    })
  })
})
