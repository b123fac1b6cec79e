import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import { enrichedKey, gapKey } from "./keys.ts"
import type { Roster } from "./Roster.ts"

type Member = Roster["movies"][number]

interface Stored {
  readonly key: string
  readonly etag: string
}

/** A movie of the roster and the object that says how it ended. */
export interface Accounted extends Stored {
  readonly movie: Member
  readonly outcome: "enriched" | "gap"
}

/** How each movie of the roster stands by the run's objects, in order of rank. Enriched beats gap. */
export const standing = (
  { runDate, movies }: Roster,
  stored: ReadonlyArray<Stored>
): { readonly accounted: ReadonlyArray<Accounted>; readonly missing: ReadonlyArray<Member> } => {
  const objects = new Map(stored.map((object) => [object.key, object]))
  const [accounted, missing] = Arr.partition(Arr.sort(movies, byRank), (movie): Result.Result<Accounted, Member> => {
    const enriched = objects.get(enrichedKey(runDate, movie.imdbId))
    if (enriched !== undefined) return Result.succeed({ movie, outcome: "enriched", ...enriched })
    const gap = objects.get(gapKey(runDate, movie.imdbId))
    return gap === undefined ? Result.fail(movie) : Result.succeed({ movie, outcome: "gap", ...gap })
  })
  return { accounted, missing }
}

const byRank = Order.combine(
  Order.mapInput(Order.Number, ({ rank }: Member) => rank),
  Order.mapInput(Order.String, ({ imdbId }: Member) => imdbId)
)
