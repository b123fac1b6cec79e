import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { parseFaultSchedule, readFaultSchedule } from "../../../local/faults/readFaultSchedule.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

const samples = new URL("../../../sample/faults", import.meta.url).pathname
const withFault = (fault: unknown) => JSON.stringify({ description: "a schedule", faults: [fault] })

describe("a fault schedule", () => {
  it("reads every sample file, one for each place where a fault can happen", async () => {
    const files = (await readdir(samples)).filter((file) => file.endsWith(".json"))
    const schedules = await Promise.all(files.map((file) => readFaultSchedule(join(samples, file))))
    assert.sameMembers(
      schedules.map(({ faults }) => faults[0].at),
      ["omdb", "s3", "sqs", "dynamodb", "secretsmanager", "function", "delivery", "list"]
    )
  })

  it("describes each of its places and kinds in the samples' README, and no other kind", async () => {
    const readme = await readFile(join(samples, "README.md"), "utf8")
    const sources = await Promise.all(
      ["faults/FaultSchedule.ts", "omdb/OmdbRule.ts"].map((file) =>
        readFile(new URL(`../../../local/${file}`, import.meta.url), "utf8")
      )
    )
    const names = [...sources.join().matchAll(/\b(?:kind|failure|fault)\("(\w+)"/g)].map(([, name]) => name)
    assert.isAbove(names.length, 25)
    for (const name of names) assert.include(readme, `\`${name}\``)
  })

  it.each<[unknown, string]>([
    [{ at: "omdb", tmies: 2, what: { kind: "quota" } }, "fault 1, tmies: there is no such key"],
    [{ at: "omdb", what: { kind: "quotta" } }, 'fault 1, what: expected "kind" to be "quota" | "invalidKey"'],
    [{ at: "s3", operation: "PutObject", what: { kind: "delay" } }, "fault 1, what.delayMs: missing key"],
    [{ at: "omdb", what: { kind: "quota", delayMs: 1 } }, "fault 1, what.delayMs: there is no such key"],
    [{ at: "omdb", what: { kind: "unavailable", status: 500 } }, "fault 1, what.status: expected 503 | 522 | 524"],
    [{ at: "omdb", times: 0, what: { kind: "quota" } }, "fault 1, times: expected a value greater than or equal to 1"],
    [{ at: "omdb", imdbId: "0111161", what: { kind: "quota" } }, "fault 1, imdbId: expected an IMDb id"],
    [{ at: "s4", what: { kind: "quota" } }, 'fault 1: expected "at" to be "omdb" | "s3" | "sqs"'],
    [{ at: "s3", operation: "PutObjekt", what: { kind: "reset" } }, 'fault 1, operation: expected "GetObject" | '],
    [{ at: "s3", operation: "PutObject", what: { kind: "refuseEntries" } }, 'fault 1, what: expected "kind" to be '],
    [{ at: "function", function: "a", operation: "Put", what: { kind: "killAfter" } }, "fault 1, operation: expected "],
    [{ at: "delivery", what: { kind: "duplicate" } }, "fault 1, queue: missing key"]
  ])("refuses %j with the position of the mistake", (fault, clause) => {
    assert.throws(() => parseFaultSchedule(withFault(fault)), clause)
  })

  it.each<[string, string]>([
    ["", "it is not JSON"],
    ["[]", "expected object"],
    ['{"faults":[]}', "description: missing key"],
    ['{"description":"a","faults":[]}', "fault 1: missing key"]
  ])("refuses the text %j", (text, clause) => {
    assert.throws(() => parseFaultSchedule(text), clause)
  })

  it("names the file that it cannot read or decode", async () => {
    const file = join(await temporaryDirectory(), "faults.json")
    const error = () => readFaultSchedule(file).then(() => "", String)
    assert.include(await error(), `--faults ${file} cannot be used: ENOENT`)
    await writeFile(file, withFault({ at: "omdb", what: {} }))
    assert.match(await error(), /^CannotRun: --faults \S+ cannot be used: fault 1, what: .*\.$/)
  })
})
