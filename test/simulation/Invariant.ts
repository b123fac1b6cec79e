import { type Run, runOf } from "./Ledger.ts"
import type { Pipeline } from "./Pipeline.ts"

/** A promise of the pipeline: says what is wrong where it is broken, a sentence each. */
export type Invariant = (pipeline: Pipeline) => ReadonlyArray<string>

export const ofEachRun =
  (broken: (run: Run, pipeline: Pipeline) => ReadonlyArray<string>): Invariant =>
  (pipeline) =>
    pipeline.dates.flatMap((date) => broken(runOf(pipeline, date), pipeline).map((what) => `${date}: ${what}`))

export const ids = (movies: ReadonlyArray<{ readonly imdbId: string }>) => movies.map(({ imdbId }) => imdbId)

export const unless = (holds: boolean, what: string): ReadonlyArray<string> => (holds ? [] : [what])
