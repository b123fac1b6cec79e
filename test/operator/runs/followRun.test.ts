import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { hasSettled, type RunState } from "../../../operator/runs/followRun.ts"

describe("a followed run", () => {
  const none = { visible: 0, hidden: 0 }
  const waiting = { visible: 0, hidden: 1 }
  const unfinished = { state: "unfinished", waitsFor: [] }
  const published = { ...unfinished, published: { csvKey: "", tableItems: 1 } }
  const movies = (...states: ReadonlyArray<string>) => states.map((state) => ({ state }))
  const now = 1_800_000_000_000
  const rosterOf = (secondsAgo: number) => Option.some({ createdAt: new Date(now - secondsAgo * 1000).toISOString() })
  const facts = (movies: object, roster: Option.Option<object> = rosterOf(1)) => {
    return { now, roster, queues: { movies, exports: none, loads: none } }
  }
  const missing = { ...unfinished, waitsFor: [{ what: "movies", why: "" }] }

  it.each<[string, object, boolean]>([
    ["is complete", { end: { state: "complete" }, movies: [], facts: facts(waiting) }, true],
    ["could not start", { end: unfinished, movies: [], facts: facts(waiting, Option.none()) }, true],
    [
      "is published but for provisional gaps",
      { end: published, movies: movies("enriched", "provisional gap", "gap"), facts: facts(waiting) },
      true
    ],
    ["has a row missing", { end: published, movies: movies("enriched", "enriched"), facts: facts(waiting) }, false],
    ["is not published", { end: unfinished, movies: movies("provisional gap"), facts: facts(waiting) }, false],
    [
      "has a movie waiting",
      { end: published, movies: movies("waiting", "provisional gap"), facts: facts(waiting) },
      false
    ],
    ["may still be sending movies", { end: missing, movies: movies("missing"), facts: facts(none) }, false],
    ["sent nothing", { end: missing, movies: movies("missing"), facts: facts(none, rosterOf(61)) }, true],
    ["has only dead letters", { end: unfinished, movies: movies("dead letter"), facts: facts(none) }, true]
  ])("that %s has settled: %j", (_, state, expected) => {
    assert.strictEqual(hasSettled(state as RunState), expected)
  })
})
