import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { type AccessRequest, evaluate, type Policies } from "../../../local/iam/evaluate.ts"
import type { Policy, Statement } from "../../../local/iam/policy.ts"
import { arn, identity, onResource } from "./policies.ts"

describe("evaluation", () => {
  const Resource = Schema.Literals([
    "*",
    `${arn.bucket("movies")}/*`,
    `${arn.bucket("movies")}/csv/?`,
    arn.bucket("movies")
  ])
  const Generated = Schema.Struct({
    Effect: Schema.Literals(["Allow", "Allow", "Deny"]),
    Action: Schema.NonEmptyArray(Schema.Literals(["*", "s3:*", "s3:Put*", "s3:GetObject", "s3:getobject", "sqs:*"])),
    Resource: Schema.NonEmptyArray(Resource),
    Condition: Schema.optionalKey(
      Schema.Struct({ StringLike: Schema.Struct({ "s3:prefix": Schema.Literals(["*", "csv/*", "gaps/"]) }) })
    )
  })
  const Statements = Schema.Array(Generated).check(Schema.isMaxLength(4))
  const Asked = Schema.Struct({
    principal: Schema.Union([
      Schema.Struct({ arn: Schema.Literal(arn.role("enrich")) }),
      Schema.Struct({ service: Schema.Literal("s3.amazonaws.com") })
    ]),
    action: Schema.Literals(["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]),
    resources: Schema.NonEmptyArray(
      Schema.Literals([arn.bucket("movies"), `${arn.bucket("movies")}/csv/1`, arn.queue("movies")])
    ),
    context: Schema.Struct({ "s3:prefix": Schema.optionalKey(Schema.Literals(["csv/1", "gaps/"])) })
  })
  type Generated = typeof Generated.Type

  const policiesOf = (own: ReadonlyArray<Generated>, theirs: ReadonlyArray<Generated>): Policies => ({
    identity: own.length === 0 ? [] : [identity(...own)],
    resource: theirs.length === 0 ? [] : [onResource(...theirs.map((each) => ({ ...each, Principal: "*" })))]
  })
  const asRequest = ({ context, ...rest }: typeof Asked.Type): AccessRequest => ({ ...rest, context: { ...context } })
  const isAllowed = (asked: typeof Asked.Type, policies: Policies) => evaluate(asRequest(asked), policies).allowed
  const runs = { arbitrary: { runs: 300 } }

  it.effect.prop(
    "denies what one statement denies, whatever else is there",
    [Asked, Statements, Statements, Schema.Boolean],
    ([asked, own, theirs, last]) =>
      Effect.gen(function* () {
        const before = policiesOf(own, theirs)
        const denial = onResource({
          Effect: "Deny",
          Principal: "*",
          Action: asked.action,
          Resource: asked.resources[0]
        })
        const after = last ? [...before.resource, denial] : [denial, ...before.resource]
        const evaluation = evaluate(asRequest(asked), { ...before, resource: after })
        assert.isTrue(!evaluation.allowed && evaluation.why === "explicit deny")
      }),
    runs
  )

  it.effect.prop(
    "never turns to a denial for one more statement that allows, nor to an allowance for one less",
    [Asked, Statements, Statements, Generated, Schema.Boolean],
    ([asked, own, theirs, one, isOwn]) =>
      Effect.gen(function* () {
        const more: Generated = { ...one, Effect: "Allow" }
        const less = isAllowed(asked, policiesOf(own, theirs))
        const withIt = isAllowed(asked, isOwn ? policiesOf([...own, more], theirs) : policiesOf(own, [...theirs, more]))
        assert.isTrue(withIt || !less)
      }),
    runs
  )

  it.effect.prop(
    "is the same in whatever order, and in however many policies, the statements stand",
    [Asked, Statements, Statements],
    ([asked, own, theirs]) =>
      Effect.gen(function* () {
        const before = policiesOf(own, theirs)
        const one = (statement: Statement): Policy => ({ name: "one", statements: [statement] })
        const split = (policies: ReadonlyArray<Policy>) =>
          policies.flatMap(({ statements }) => statements.map(one)).reverse()
        const after = { identity: split(before.identity), resource: split(before.resource) }
        const [decided, again] = [before, after].map((policies) => evaluate(asRequest(asked), policies))
        assert.strictEqual(decided?.allowed, again?.allowed)
        assert.strictEqual(decided?.allowed === false && decided.why, again?.allowed === false && again.why)
      }),
    runs
  )

  it.effect.prop(
    "allows by nothing but statements that allow, and a service by nothing but the resource's",
    [Asked, Statements, Statements],
    ([asked, own, theirs]) =>
      Effect.gen(function* () {
        const evaluation = evaluate(asRequest(asked), policiesOf(own, theirs))
        if (!evaluation.allowed) return
        assert.isNotEmpty(evaluation.by)
        for (const { statement, kind } of evaluation.by) {
          assert.strictEqual(statement.effect, "Allow")
          if ("service" in asked.principal) assert.strictEqual(kind, "resource")
        }
      }),
    runs
  )
})
