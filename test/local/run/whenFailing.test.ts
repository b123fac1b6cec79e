import { assert, describe, it } from "@effect/vitest"
import { warmStack } from "./warm.ts"

describe("the grants that only failures need", () => {
  const { current } = warmStack()

  it("are each used by the failure they are for", async () => {
    const { stack, run, omdb, setList } = current()
    const { iam, program } = stack
    const unused = () => iam.unusedGrants().map(({ role, action, resource }) => `${role} ${action} ${resource}`)

    // A movie that comes back and one that is a gap; then the best five only; then a list that is none.
    omdb.script({ imdbId: "tt0068646", times: 5, answer: { kind: "unavailable", status: 503 } })
    omdb.script({ imdbId: "tt0050083", answer: { kind: "unknownMovie" } })
    const { runDate } = await run()
    await run({ runDate, top: 4 })
    await setList("<html>")
    await run()
    assert.deepStrictEqual(iam.denied, [])
    // The schedule's own dead letters take a schedule that cannot reach its function.
    const left = unused()
    assert.strictEqual(left.length, 1)
    assert.match(left.join(), /^daily-role-\w+ sqs:SendMessage .*daily-dead-letters/)

    const schedule = program.resources.find(
      ({ type, name }) => type.endsWith("rolePolicy:RolePolicy") && name === "daily-policy"
    )
    const { Version, Statement } = JSON.parse(String(schedule?.inputs["policy"]))
    const without = Statement.filter(
      ({ Action }: { Action: ReadonlyArray<string> }) => !Action.includes("lambda:InvokeFunction")
    )
    iam.putRolePolicy(
      String(schedule?.inputs["role"]),
      String(schedule?.outputs["name"]),
      JSON.stringify({ Version, Statement: without })
    )
    const { deadLetters } = await run()
    assert.strictEqual(deadLetters["daily-dead-letters"], 1)
    assert.deepStrictEqual(unused(), [])
  })
})
