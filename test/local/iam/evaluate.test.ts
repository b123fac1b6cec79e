import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import {
  type AccessRequest,
  evaluate,
  matches,
  matchesAction,
  matchesArn,
  type Policies
} from "../../../local/iam/evaluate.ts"
import type { Policy, Statement } from "../../../local/iam/policy.ts"
import { arn, type DeclaredStatement, identity, onResource } from "./testPolicies.ts"

const movies = arn.bucket("movies")
const movie = `${movies}/enriched/tt0111161.json`
const request: AccessRequest = {
  principal: { arn: arn.role("enrich") },
  action: "s3:PutObject",
  resources: [movie],
  context: {}
}
const byS3: AccessRequest = { ...request, principal: { service: "s3.amazonaws.com" } }

const allow: DeclaredStatement = { Effect: "Allow", Action: "s3:PutObject", Resource: `${movies}/enriched/*` }
const deny: DeclaredStatement = { Effect: "Deny", Action: "s3:*", Resource: "*" }
const none: Policies = { identity: [], resource: [] }
const decide = (accessRequest: AccessRequest, policies: Partial<Policies>) => {
  const evaluation = evaluate(accessRequest, { ...none, ...policies })
  return evaluation.allowed ? "allowed" : evaluation.reason
}
const allowedFor = (Principal: unknown) => ({ resource: [onResource({ ...allow, Principal })] })

describe("evaluate", () => {
  it.each<[string, AccessRequest, Partial<Policies>, string]>([
    ["denies without a statement", request, none, "implicit deny"],
    ["denies another action", request, { identity: [identity({ ...allow, Action: "s3:GetObject" })] }, "implicit deny"],
    ["denies another resource", request, { identity: [identity({ ...allow, Resource: movies })] }, "implicit deny"],
    [
      "denies a request for no resource",
      { ...request, resources: [] },
      { identity: [identity(allow)] },
      "implicit deny"
    ],
    ["allows a role by its own policy", request, { identity: [identity(allow)] }, "allowed"],
    ["allows a role that the resource's policy names", request, allowedFor({ AWS: arn.role("enrich") }), "allowed"],
    ["allows a role by a resource's policy for everyone", request, allowedFor("*"), "allowed"],
    ["denies a role that is not named", request, allowedFor({ AWS: arn.role("export") }), "implicit deny"],
    ["allows a service that is named", byS3, allowedFor({ Service: "s3.amazonaws.com" }), "allowed"],
    ["denies another service", byS3, allowedFor({ Service: "sns.amazonaws.com" }), "implicit deny"]
  ])("%s", (_, accessRequest, policies, expected) => {
    assert.strictEqual(decide(accessRequest, policies), expected)
  })

  it("allows a request for several resources only if each is allowed, and names the one that is not", () => {
    const csv = `${movies}/csv/movies.csv`
    const both = { ...request, resources: [movie, csv] }
    const allowBoth = identity(allow, { ...allow, Resource: csv })
    assert.strictEqual(decide(both, { identity: [allowBoth] }), "allowed")
    assert.strictEqual(decide(both, { identity: [allowBoth, identity({ ...deny, Resource: csv })] }), "explicit deny")
    assert.deepStrictEqual(evaluate(both, { ...none, identity: [identity(allow)] }), {
      allowed: false,
      reason: "implicit deny",
      resource: csv
    })
  })

  it("returns the statement, actions and resources that allow the request", () => {
    const policy = identity({ ...allow, Action: ["s3:GetObject", "s3:Put*"], Resource: [movie, movies, "*"] })
    assert.deepStrictEqual(evaluate(request, { ...none, identity: [policy] }), {
      allowed: true,
      allowedBy: [
        {
          policyType: "identity",
          statement: policy.statements[0] as Statement,
          actions: ["s3:Put*"],
          resources: [movie, "*"]
        }
      ]
    })
  })
})

describe("evaluate, for generated requests and policies", () => {
  const Generated = Schema.Struct({
    Effect: Schema.Literals(["Allow", "Allow", "Deny"]),
    Action: Schema.NonEmptyArray(Schema.Literals(["*", "s3:*", "s3:Put*", "s3:GetObject", "s3:getobject", "sqs:*"])),
    Resource: Schema.NonEmptyArray(Schema.Literals(["*", `${movies}/*`, `${movies}/csv/?`, movies])),
    Condition: Schema.optionalKey(
      Schema.Struct({ StringLike: Schema.Struct({ "s3:prefix": Schema.Literals(["*", "csv/*", "gaps/"]) }) })
    )
  })
  const Statements = Schema.Array(Generated).check(Schema.isMaxLength(4))
  const Request = Schema.Struct({
    principal: Schema.Union([
      Schema.Struct({ arn: Schema.Literal(arn.role("enrich")) }),
      Schema.Struct({ service: Schema.Literal("s3.amazonaws.com") })
    ]),
    action: Schema.Literals(["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]),
    resources: Schema.NonEmptyArray(Schema.Literals([movies, `${movies}/csv/1`, arn.queue("movies")])),
    context: Schema.Struct({ "s3:prefix": Schema.optionalKey(Schema.Literals(["csv/1", "gaps/"])) })
  })
  const toRequest = ({ context, ...rest }: typeof Request.Type): AccessRequest => ({ ...rest, context: { ...context } })

  type Declared = ReadonlyArray<typeof Generated.Type>
  const policiesOf = (own: Declared, attached: Declared): Policies => ({
    identity: own.length === 0 ? [] : [identity(...own)],
    resource: attached.length === 0 ? [] : [onResource(...attached.map((each) => ({ ...each, Principal: "*" })))]
  })
  const runs = { arbitrary: { runs: 300 } }

  it.prop(
    "denies what one statement denies, whatever the others allow",
    [Request, Statements, Statements, Schema.Boolean],
    ([generated, own, attached, last]) => {
      const { identity, resource } = policiesOf(own, attached)
      const [Resource] = generated.resources
      const denial = onResource({ Effect: "Deny", Principal: "*", Action: generated.action, Resource })
      const policies = { identity, resource: last ? [...resource, denial] : [denial, ...resource] }
      assert.strictEqual(decide(toRequest(generated), policies), "explicit deny")
    },
    runs
  )

  it.prop(
    "does not deny what it allowed when an Allow statement is added",
    [Request, Statements, Statements, Generated, Schema.Boolean],
    ([generated, own, attached, one, toOwn]) => {
      const added = { ...one, Effect: "Allow" as const }
      const before = evaluate(toRequest(generated), policiesOf(own, attached)).allowed
      const policies = toOwn ? policiesOf([...own, added], attached) : policiesOf(own, [...attached, added])
      assert.isTrue(evaluate(toRequest(generated), policies).allowed || !before)
    },
    runs
  )

  it.prop(
    "does not depend on the order of statements, or on how they are divided into policies",
    [Request, Statements, Statements],
    ([generated, own, attached]) => {
      const policies = policiesOf(own, attached)
      const divide = (list: ReadonlyArray<Policy>) =>
        list.flatMap(({ statements }) => statements.map((one) => ({ name: "one", statements: [one] }))).reverse()
      const divided = { identity: divide(policies.identity), resource: divide(policies.resource) }
      assert.strictEqual(decide(toRequest(generated), divided), decide(toRequest(generated), policies))
    },
    runs
  )

  it.prop(
    "allows only by Allow statements, and a service only by the resource's policy",
    [Request, Statements, Statements],
    ([generated, own, attached]) => {
      const evaluation = evaluate(toRequest(generated), policiesOf(own, attached))
      if (!evaluation.allowed) return
      assert.isNotEmpty(evaluation.allowedBy)
      for (const { statement, policyType } of evaluation.allowedBy) {
        assert.strictEqual(statement.effect, "Allow")
        if ("service" in generated.principal) assert.strictEqual(policyType, "resource")
      }
    },
    runs
  )
})

describe("a condition", () => {
  const isMet = (Condition: DeclaredStatement, context: Record<string, string>) =>
    decide({ ...request, context }, { identity: [identity({ ...allow, Condition })] }) === "allowed"
  const csv = { "s3:prefix": "csv/" }

  const source = { "aws:SourceArn": movies }
  const secure = { "aws:SecureTransport": "true" }

  it.each<[string, DeclaredStatement, Record<string, string>, boolean]>([
    ["compares StringEquals exactly", { StringEquals: csv }, csv, true],
    ["compares StringEquals with upper and lower case", { StringEquals: csv }, { "s3:prefix": "CSV/" }, false],
    ["ignores wildcards in StringEquals", { StringEquals: { "s3:prefix": "csv*" } }, csv, false],
    ["accepts wildcards in StringLike", { StringLike: { "s3:prefix": "csv*" } }, csv, true],
    ["compares an empty value", { StringLike: { "s3:prefix": ["", "a"] } }, { "s3:prefix": "" }, true],
    ["accepts wildcards in ArnEquals", { ArnEquals: { "aws:SourceArn": `${movies}*` } }, source, true],
    ["compares ArnLike by field", { ArnLike: { "aws:SourceArn": "arn:*:s3:*:*:movies" } }, source, true],
    ["rejects another ARN in ArnLike", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::other*" } }, source, false],
    ["compares Bool, and keys in any case", { Bool: { "AWS:securetransport": "true" } }, secure, true],
    ["compares Bool with false", { Bool: { "aws:SecureTransport": "false" } }, secure, false],
    ["rejects a missing key", { Bool: { "aws:SecureTransport": "false" } }, {}, false],
    ["accepts one of several values", { StringEquals: { "s3:prefix": ["a", "csv/"] } }, csv, true],
    ["requires every key", { StringEquals: { ...csv, "s3:delimiter": "/" } }, csv, false],
    ["requires every operator", { StringEquals: csv, Bool: secure }, csv, false]
  ])("%s", (_, condition, context, expected) => {
    assert.strictEqual(isMet(condition, context), expected)
  })
})

describe("a pattern", () => {
  /** The definition: a star matches nothing, or one character followed by what a star matches. */
  const byDefinition = ([first, ...rest]: ReadonlyArray<string>, text: ReadonlyArray<string>): boolean => {
    const [character, ...others] = text
    if (first === undefined) return character === undefined
    if (first === "*") {
      return byDefinition(rest, text) || (character !== undefined && byDefinition([first, ...rest], others))
    }
    return character !== undefined && (first === "?" || first === character) && byDefinition(rest, others)
  }
  const upTo = (length: number, ...characters: ReadonlyArray<string>) =>
    Schema.Array(Schema.Literals(characters)).check(Schema.isMaxLength(length))

  it.prop(
    "matches by the definition of its wildcards",
    [upTo(7, "*", "?", "a", "b", "/", ":", ".", "😀"), upTo(9, "a", "b", "/", ":", ".", "\n", "😀")],
    ([pattern, text]) => {
      assert.strictEqual(matches(pattern.join(""), text.join("")), byDefinition(pattern, text))
    },
    { arbitrary: { runs: 1000 } }
  )

  it.prop("matches only itself without wildcards", [Schema.String, Schema.String], ([one, other]) => {
    const literal = one.replaceAll(/[*?]/g, "")
    assert.isTrue(matches(literal, literal))
    assert.strictEqual(matches(literal, other), literal === other)
  })

  it.each([
    ["SQS:sendmessage", "sqs:SendMessage", true],
    ["s3:Put*", "s3:GetObject", false]
  ])("matches %s with the action %s: %s", (pattern, action, expected) => {
    assert.strictEqual(matchesAction(pattern, action), expected)
  })

  it.each([
    ["arn:aws:sqs:*:000000000000:movies*", arn.queue("movies-dead-letters"), true],
    ["arn:aws:sqs:*:movies", arn.queue("movies"), false],
    ["arn:aws:sqs:*:*:b", "arn:aws:sqs:eu-west-1:000000000000:a:b", false],
    [arn.log("enrich", "*"), arn.log("enrich", "2026/11/21/[$LATEST]:0"), true],
    [arn.log("enrich", "*"), arn.log("enrich-too", "2026/11/21"), false],
    ["arn:aws:logs:eu-central-1:000000000000:log-group:enrich", arn.log("enrich", "2026/11/21"), false],
    [`${movies}/*`, movies, false]
  ])("matches %s with the ARN %s: %s", (pattern, text, expected) => {
    assert.strictEqual(matchesArn(pattern, text), expected)
  })
})
