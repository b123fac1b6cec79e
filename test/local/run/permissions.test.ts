import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import type { LocalStack } from "../../../local/LocalStack.ts"
import { useSharedStack } from "../sharedStack.ts"

interface Declared {
  readonly Sid?: string
  readonly Action: ReadonlyArray<string>
  readonly Resource: ReadonlyArray<string>
}

/** One action on one resource of a role's policy, and the policy without it. */
interface Grant {
  readonly role: string
  readonly policy: string
  readonly action: string
  readonly resource: string
  readonly whole: string
  readonly without: string
}

const document = (Statement: ReadonlyArray<Declared>) => JSON.stringify({ Version: "2012-10-17", Statement })

const without = (statement: Declared, action: string, resource: string): ReadonlyArray<Declared> => {
  const Action = statement.Action.filter((other) => other !== action)
  const Resource = statement.Resource.filter((other) => other !== resource)
  return [
    ...(Action.length === 0 ? [] : [{ ...statement, Action }]),
    ...(Resource.length === 0 ? [] : [{ ...statement, Action: [action], Resource }])
  ]
}

/** What a run in which all goes well needs. */
const grantsOf = ({ program }: LocalStack): ReadonlyArray<Grant> =>
  program.resources
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .flatMap(({ inputs, outputs }) => {
      const whole = String(inputs["policy"])
      const statements: ReadonlyArray<Declared> = JSON.parse(whole).Statement
      return statements.flatMap((statement, position) =>
        statement.Sid?.startsWith("WhenFailing")
          ? []
          : statement.Action.flatMap((action) =>
              statement.Resource.map((resource) => ({
                role: String(inputs["role"]),
                policy: String(outputs["name"]),
                action,
                resource,
                whole,
                without: document(statements.toSpliced(position, 1, ...without(statement, action, resource)))
              }))
            )
      )
    })

/** Asked only where something begins, or remembered once it has been. */
const askedOnce = new Set(["logs:CreateLogStream", "sqs:GetQueueAttributes", "secretsmanager:GetSecretValue"])

describe("the declared permissions", () => {
  const { current } = useSharedStack()

  it("are all used by a run, and are all that it needs", async () => {
    const { stack, run } = current()
    await run()
    assert.deepStrictEqual(stack.iam.denied, [])
    assert.deepStrictEqual(stack.iam.unusedGrants({ includeWhenFailing: false }), [])
  })

  it("are missed, any one of them, in plain words", { timeout: 120_000 }, async () => {
    const { stack, run } = current()
    const { iam, lambda } = stack
    for (const { role, policy, action, resource, whole, without } of grantsOf(stack)) {
      iam.putRolePolicy(role, policy, without)
      iam.clearRecords()
      if (askedOnce.has(action)) await lambda.restart().catch(() => undefined)
      await run({ top: 1 })
      const told = iam.denied.filter((denial) => denial.action === action).map(({ principal }) => principal)
      assert.isTrue(
        told.some((principal) => principal.endsWith(`/${role}`)),
        `${role} without ${action} on ${resource}`
      )
      iam.putRolePolicy(role, policy, whole)
      for (const { url } of stack.names.queues) {
        await stack.cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
      }
    }
  })

  it("are told of, where nothing uses them", async () => {
    const { stack, run } = current()
    const [grant] = grantsOf(stack)
    if (grant === undefined) throw new Error("No role has a policy.")
    const { role } = grant
    const more = { action: "s3:DeleteObject", resource: "arn:aws:s3:::nobody/*" }
    const Statement = [{ Effect: "Allow", Action: [more.action], Resource: [more.resource] }]
    stack.iam.putRolePolicy(role, "more", document(Statement))
    await run({ top: 1 })
    assert.deepInclude(stack.iam.unusedGrants(), { role, ...more })
  })
})

describe("the grants that only failures need", () => {
  const { current } = useSharedStack()

  it("are each used by the failure they are for", async () => {
    const { stack, run, omdb, setSourceList: setList } = current()
    const { iam, program } = stack
    const unused = () => iam.unusedGrants().map(({ role, action, resource }) => `${role} ${action} ${resource}`)

    // A movie that comes back and one that is a gap; then the best five only; then a list that is none.
    omdb.addRule({ imdbId: "tt0068646", times: 5, answer: { kind: "unavailable", status: 503 } })
    omdb.addRule({ imdbId: "tt0050083", answer: { kind: "unknownMovie" } })
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
