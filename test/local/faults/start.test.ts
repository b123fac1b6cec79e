import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { runStart } from "../run/runStart.ts"

const scenario = async (...faults: ReadonlyArray<object>): Promise<string> => {
  const file = join(await temporaryDirectory(), "faults.json")
  await writeFile(file, JSON.stringify({ description: "a test", faults }))
  return file
}

describe("npm start -- --faults", () => {
  it("runs with what shall go wrong, and tells which of it never did", async () => {
    const file = await scenario(
      { at: "omdb", imdbId: "tt0111161", times: "always", what: { kind: "unknownMovie" } },
      { at: "s3", operation: "PutObject", key: "nowhere/", what: { kind: "throttle" } }
    )
    const { code, summary, stderr } = await runStart("--top", "2", "--faults", file)
    assert.strictEqual(code, 2)
    assert.deepStrictEqual(summary.gaps, [{ imdbId: "tt0111161", reason: "MovieNotFound" }])
    const [unmet, why, ...more] = stderr.trim().split("\n")
    assert.strictEqual(unmet, "Fault 2 never happened: s3 PutObject of nowhere/: throttle.")
    assert.match(why ?? "", /^The run of \S+ is not complete: 1 gap/)
    assert.deepStrictEqual(more, [])
  })
})
