import { assert } from "@effect/vitest"
import type { ListFault } from "../../local/faults/FaultSchedule.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { matrix } from "./matrix.ts"
import { runAgain } from "./mending.ts"
import { topTen } from "./movies.ts"

/** Stage 1 will have none of it, at three attempts: the day is a dead letter, and one sentence says why and where. */
const refused = (what: ListFault, why: RegExp) => async (warm: SharedStack) => {
  warm.applyFaults({ at: "list", times: 3, what })
  const { runDate, complete, failures } = await warm.run()
  assert.isFalse(complete)
  const { enriched, letters } = await accountedFor(warm, runDate)
  assert.deepStrictEqual(enriched, [])
  assert.deepStrictEqual([Object.keys(letters), letters["failed-runs"]?.length], [["failed-runs"], 1])
  assert.strictEqual(warm.omdb.calls.length, 0)
  assert.strictEqual(failures.length, 1)
  const [{ detail = "" } = {}] = failures
  assert.match(detail, why)
  assert.include(detail, "s3://top-movies/Top250Movies.json")
  assert.isBelow(detail.length, 300)
  await runAgain(warm, runDate)
}

const taken = (what: ListFault) => async (warm: SharedStack) => {
  warm.applyFaults({ at: "list", what })
  const { runDate, complete } = await warm.run()
  assert.isTrue(complete)
  assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
}

matrix("list", {
  "forbidden (403)": refused({ kind: "forbidden" }, /Access ?Denied/),
  "forbidden once": taken({ kind: "forbidden" }),
  "missing (404)": refused({ kind: "missing" }, /There is no object/),
  empty: refused({ kind: "empty" }, /not JSON/),
  "shorter than the run": refused({ kind: "short", rows: 9 }, /10 usable rows are needed, it has 9/),
  "with a row twice": refused({ kind: "duplicated" }, /rows 1 and 251 are both tt0111161/),
  "50 MB long": refused({ kind: "long", bytes: 50_000_000 }, /5000\d{4} bytes long, more than the 5000000/),
  shuffled: taken({ kind: "shuffled" }),
  "with CRLF line ends": taken({ kind: "crlf" }),
  "with a byte order mark": taken({ kind: "byteOrderMark" })
})
