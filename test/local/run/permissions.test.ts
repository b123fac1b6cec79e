import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import type { LocalStack } from "../../../local/LocalStack.ts"
import { useSharedStack } from "../sharedStack.ts"

interface Statement {
  readonly Sid?: string
  readonly Action: ReadonlyArray<string>
  readonly Resource: ReadonlyArray<string>
}

/** One action on one resource of a role's policy. */
interface SingleGrant {
  readonly role: string
  readonly policy: string
  readonly action: string
  readonly resource: string
  readonly document: string
  readonly documentWithout: string
}

const toDocument = (Statement: ReadonlyArray<Statement>) => JSON.stringify({ Version: "2012-10-17", Statement })

const without = (statement: Statement, action: string, resource: string): ReadonlyArray<Statement> => {
  const Action = statement.Action.filter((other) => other !== action)
  const Resource = statement.Resource.filter((other) => other !== resource)
  return [
    ...(Action.length === 0 ? [] : [{ ...statement, Action }]),
    ...(Resource.length === 0 ? [] : [{ ...statement, Action: [action], Resource }])
  ]
}

/** What a run without failures needs. */
const grantsOf = ({ program }: LocalStack): ReadonlyArray<SingleGrant> =>
  program.resources
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .flatMap(({ inputs, outputs }) => {
      const document = String(inputs["policy"])
      const statements: ReadonlyArray<Statement> = JSON.parse(document).Statement
      return statements.flatMap((statement, position) =>
        statement.Sid?.startsWith("WhenFailing")
          ? []
          : statement.Action.flatMap((action) =>
              statement.Resource.map((resource) => ({
                role: String(inputs["role"]),
                policy: String(outputs["name"]),
                action,
                resource,
                document,
                documentWithout: toDocument(statements.toSpliced(position, 1, ...without(statement, action, resource)))
              }))
            )
      )
    })

/** Actions of a new container or event source mapping only, or whose result is cached. */
const onlyAfterRestart = new Set(["logs:CreateLogStream", "sqs:GetQueueAttributes", "secretsmanager:GetSecretValue"])

describe("the declared permissions", () => {
  const { current } = useSharedStack()

  it("allow every call of a run and are all used by it", async () => {
    const { stack, run } = current()
    await stack.lambda.restart()
    await run()
    assert.deepStrictEqual(stack.iam.denied, [])
    assert.deepStrictEqual(stack.iam.unusedGrants({ includeWhenFailing: false }), [])
  })

  it("cause a denied call that names the role and the action when any one of them is absent", async () => {
    const { stack, run } = current()
    const { iam, lambda, cloud, names } = stack
    for (const { role, policy, action, resource, document, documentWithout } of grantsOf(stack)) {
      iam.putRolePolicy(role, policy, documentWithout)
      iam.clearRecords()
      if (onlyAfterRestart.has(action)) await lambda.restart().catch(() => undefined)
      await run({ top: 1 })
      const principals = iam.denied.filter((denial) => denial.action === action).map(({ principal }) => principal)
      assert.isTrue(
        principals.some((principal) => principal.endsWith(`/${role}`)),
        `${role} without ${action} on ${resource}`
      )
      iam.putRolePolicy(role, policy, document)
      for (const { url } of names.queues) await cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
    }
  }, 120_000)

  it("use every WhenFailing grant in the failure it is for", async () => {
    const { stack, run, applyFaults, setSourceList } = current()
    const { iam, program } = stack
    const unused = () => iam.unusedGrants().map(({ role, action, resource }) => `${role} ${action} ${resource}`)
    await stack.lambda.restart()

    // A movie that is retried, a gap, a rerun with fewer movies, and a list that is not JSON.
    applyFaults(
      { at: "omdb", imdbId: ImdbId.make("tt0068646"), times: 5, what: { kind: "unavailable" } },
      { at: "omdb", imdbId: ImdbId.make("tt0050083"), what: { kind: "unknownMovie" } }
    )
    const { runDate } = await run()
    await run({ runDate, top: 4 })
    await setSourceList("<html>")
    await run()
    assert.deepStrictEqual(iam.denied, [])
    const left = unused()
    assert.strictEqual(left.length, 1)
    assert.match(left.join(), /^daily-role-\w+ sqs:SendMessage .*daily-dead-letters/)

    // The schedule sends to its own dead-letter queue when it may not invoke its function.
    const schedule = program.resources.find(
      ({ type, name }) => type.endsWith("rolePolicy:RolePolicy") && name === "daily-policy"
    )
    const [role, policy] = [String(schedule?.inputs["role"]), String(schedule?.outputs["name"])]
    const document = String(schedule?.inputs["policy"])
    const statements: ReadonlyArray<Statement> = JSON.parse(document).Statement
    iam.putRolePolicy(
      role,
      policy,
      toDocument(statements.filter(({ Action }) => !Action.includes("lambda:InvokeFunction")))
    )
    onTestFinished(() => iam.putRolePolicy(role, policy, document))
    const { deadLetters } = await run()
    assert.strictEqual(deadLetters["daily-dead-letters"], 1)
    assert.deepStrictEqual(unused(), [])
  })
})
