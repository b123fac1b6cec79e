import { assert, describe, it } from "@effect/vitest"
import type { Finding } from "../../../operator/doctor/Finding.ts"
import { etl as etlAnywhere, useOperatedStack } from "../OperatedStack.ts"

describe("npm run etl -- doctor", () => {
  const { current, etl } = useOperatedStack()

  /** The finding of one check on the local cloud. */
  const find = async (check: string) => {
    const { code, stdout } = await etl("doctor", "--json")
    const findings: ReadonlyArray<Finding> = JSON.parse(stdout).findings
    return { code, finding: findings.find((each) => each.check === check), findings }
  }

  it("finds nothing wrong with the local cloud", async () => {
    const { code, findings } = await find("OMDb key")
    assert.deepStrictEqual(
      findings.filter(({ state }) => state === "failed"),
      []
    )
    assert.strictEqual(code, 0)
    const states = new Map(findings.map(({ check, state }) => [check, state]))
    assert.sameMembers(
      ["OMDb key", "Source list", "Concurrency", "Settings of dev"].map((check) => states.get(check)),
      ["ok", "ok", "ok", "ok"]
    )
    assert.strictEqual(states.get("Alarms"), "skipped")
  })

  it("makes one request to OMDb", async () => {
    const before = current().omdb.calls.length
    await etl("doctor")
    assert.strictEqual(current().omdb.calls.length - before, 1)
  })

  it.each([
    ["quota", { kind: "quota" }, /^OMDb's daily limit/, /^Wait until OMDb counts a new day/],
    [
      "a rejected key",
      { kind: "custom", status: 401, body: '{"Response":"False","Error":"Invalid API key!"}' },
      /not activated\.$/,
      /config set --secret omdbApiKey --local/
    ],
    ["no answer", { kind: "unavailable" }, /^OMDb gave no usable reply/, /^Wait until OMDb answers/]
  ] as const)("fails with the remedy for %s", async (_, what, detail, remedy) => {
    current().applyFaults({ at: "omdb", times: "always", what })
    const { code, finding } = await find("OMDb key")
    assert.deepStrictEqual([code, finding?.state], [2, "failed"])
    assert.match(`${finding?.detail}`, detail)
    assert.match(`${finding?.remedy}`, remedy)
  })

  it.each([
    ['{"items":[],"errorMessage":"Invalid API Key"}', /it has no items, its error message is "Invalid API Key"/],
    ['{"items":[{"id":"tt0111161","rank":"1","title":"One"}]}', /10 usable rows are needed, it has 1/]
  ])("fails for the source list %s", async (text, detail) => {
    await current().setSourceList(text)
    const { code, finding } = await find("Source list")
    assert.deepStrictEqual([code, finding?.state], [2, "failed"])
    assert.match(`${finding?.detail}`, detail)
  })

  it("checks the machine and the settings without a target, and names a stack that cannot be read", async () => {
    const offline: ReadonlyArray<Finding> = JSON.parse((await etlAnywhere(["doctor", "--json"])).stdout).findings
    const checks = offline.map(({ check }) => check)
    assert.deepStrictEqual(checks, ["Node", "Pulumi CLI", "Settings of dev", "Settings of prod", "Stack"])
    const { code, stdout, stderr } = await etlAnywhere(["doctor", "--local", "--port", "1"])
    assert.deepStrictEqual([code, stderr], [2, "1 check failed."])
    assert.include(stdout, "No local cloud is running on port 1")
  })
})
