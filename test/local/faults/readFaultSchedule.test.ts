import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { parseFaultSchedule, readFaultSchedule } from "../../../local/faults/readFaultSchedule.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

const root = new URL("../../../", import.meta.url)
const withFault = (fault: unknown) => JSON.stringify({ description: "a schedule", faults: [fault] })

describe("a fault schedule", () => {
  it("has each kind and operation described in the samples' README", async () => {
    const readme = await readFile(new URL("sample/faults/README.md", root), "utf8")
    const source = await readFile(new URL("local/faults/FaultSchedule.ts", root), "utf8")
    const names = [...source.matchAll(/(?:kind\(|^ +)"(\w+)"/gm)].map(([, name]) => name)
    assert.isAtLeast(names.length, 20)
    for (const name of names) assert.include(readme, `\`${name}\``)
  })

  it.each<[string, string]>([
    [withFault({ at: "omdb", tmies: 2, what: { kind: "quota" } }), "fault 1, tmies: there is no such key"],
    [withFault({ at: "omdb", what: { kind: "quotta" } }), 'fault 1, what: expected "kind" to be "quota" | "unknown'],
    [withFault({ at: "omdb", what: { kind: "custom", status: 200 } }), "fault 1, what.body: missing key"],
    [withFault({ at: "omdb", times: 0, what: { kind: "quota" } }), "fault 1, times: expected a value greater than or"],
    [withFault({ at: "omdb", imdbId: "0111161", what: { kind: "quota" } }), "fault 1, imdbId: expected an IMDb id"],
    [withFault({ at: "s4", what: { kind: "quota" } }), 'fault 1: expected "at" to be "omdb" | "aws"'],
    [withFault({ at: "aws", operation: "Put", what: { kind: "replyLost" } }), 'fault 1, operation: expected "GetObj'],
    ["[]", "expected object"],
    ['{"description":"a","faults":[]}', "fault 1: missing key"]
  ])("refuses %s with the position of the mistake", (text, clause) => {
    assert.throws(() => parseFaultSchedule(text), clause)
  })

  it("names the file that it cannot read or decode", async () => {
    const file = join(await temporaryDirectory(), "faults.json")
    const error = () => readFaultSchedule(file).then(() => "", String)
    assert.include(await error(), `--faults ${file} cannot be used: ENOENT`)
    await writeFile(file, withFault({ at: "omdb", what: {} }))
    assert.match(await error(), /^CannotRun: --faults \S+ cannot be used: fault 1, what: .*\.$/)
  })

  it("reads a bounded number of bytes, and stops when it is interrupted", async () => {
    const messageOf = (signal?: AbortSignal) => readFaultSchedule("/dev/zero", signal).then(String, String)
    assert.match(await messageOf(), /^CannotRun: --faults \S+ cannot be used: it has more than 1000000 bytes\.$/)
    assert.match(await messageOf(AbortSignal.abort()), /cannot be used: [^\n]*aborted/)
  })
})
