import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type AccessRequest, evaluate, matches, matchesArn, type Policies } from "../../../local/iam/evaluate.ts"
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
const none: Policies = { identity: [], resource: [] }
const decide = (accessRequest: AccessRequest, policies: Partial<Policies>) => {
  const evaluation = evaluate(accessRequest, { ...none, ...policies })
  return evaluation.allowed ? "allowed" : evaluation.reason
}

/** The definition of a pattern: a star matches nothing, or one character followed by what a star matches. */
const matchesByDefinition = ([first, ...rest]: ReadonlyArray<string>, text: ReadonlyArray<string>): boolean => {
  const [character, ...others] = text
  if (first === undefined) return character === undefined
  if (first === "*") {
    return matchesByDefinition(rest, text) || (character !== undefined && matchesByDefinition([first, ...rest], others))
  }
  return character !== undefined && (first === "?" || first === character) && matchesByDefinition(rest, others)
}

describe("matches", () => {
  it("takes no longer with many stars", () => {
    assert.isFalse(matches(`${"*a".repeat(1_000)}b`, "a".repeat(10_000)))
  })
})

describe("evaluate", () => {
  const allowedFor = (Principal: unknown) => ({ resource: [onResource({ ...allow, Principal })] })

  it.each<[string, AccessRequest, Partial<Policies>, string]>([
    [
      "denies a request for no resource",
      { ...request, resources: [] },
      { identity: [identity(allow)] },
      "implicit deny"
    ],
    ["allows a role that the resource's policy names", request, allowedFor({ AWS: arn.role("enrich") }), "allowed"],
    ["denies a role that is not named", request, allowedFor({ AWS: arn.role("export") }), "implicit deny"],
    ["allows a service that is named", byS3, allowedFor({ Service: "s3.amazonaws.com" }), "allowed"],
    ["denies another service", byS3, allowedFor({ Service: "sns.amazonaws.com" }), "implicit deny"]
  ])("%s", (_, accessRequest, policies, expected) => {
    assert.strictEqual(decide(accessRequest, policies), expected)
  })

  it("names the resource that is not allowed", () => {
    const csv = `${movies}/csv/movies.csv`
    const evaluation = evaluate({ ...request, resources: [movie, csv] }, { ...none, identity: [identity(allow)] })
    assert.deepStrictEqual(evaluation, { allowed: false, reason: "implicit deny", resource: csv })
  })

  it("returns the statement, actions and resources that allow the request", () => {
    const policy = identity({ ...allow, Action: ["s3:GetObject", "s3:Put*"], Resource: [movie, movies, "*"] })
    const [statement] = policy.statements
    assert.isDefined(statement)
    assert.deepStrictEqual(evaluate(request, { ...none, identity: [policy] }), {
      allowed: true,
      allowedBy: [{ policyType: "identity", statement, actions: ["s3:Put*"], resources: [movie, "*"] }]
    })
  })

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
    prefix: Schema.optionalKey(Schema.Literals(["csv/1", "gaps/"]))
  })

  it.prop(
    "decides as IAM's rule: a Deny overrides, and each resource needs an Allow; a service has only the resource's policy",
    [Request, Statements, Statements, Schema.Boolean],
    ([{ prefix, ...generated }, own, attached, onePolicy]) => {
      const matchesOne = (patterns: ReadonlyArray<string>, text: string) =>
        patterns.some((pattern) => matchesByDefinition([...pattern], [...text]))
      const states = (effect: "Allow" | "Deny") => (resource: string) =>
        ("service" in generated.principal ? attached : [...own, ...attached]).some(
          ({ Effect, Action, Resource, Condition }) =>
            Effect === effect &&
            matchesOne(
              Action.map((action) => action.toLowerCase()),
              generated.action.toLowerCase()
            ) &&
            matchesOne(Resource, resource) &&
            (Condition === undefined ||
              (prefix !== undefined && matchesOne([Condition.StringLike["s3:prefix"]], prefix)))
        )
      const allowed = generated.resources.every(states("Allow")) ? "allowed" : "implicit deny"
      const expected = generated.resources.some(states("Deny")) ? "explicit deny" : allowed

      const divided = onePolicy && own.length > 0 ? [identity(...own)] : own.map((statement) => identity(statement))
      const resource = attached.map((statement) => onResource({ ...statement, Principal: "*" }))
      const context = prefix === undefined ? {} : { "s3:prefix": prefix }
      assert.strictEqual(decide({ ...generated, context }, { identity: divided, resource }), expected)
    },
    { arbitrary: { runs: 1000 } }
  )
})

describe("a condition", () => {
  const csv = { "s3:prefix": "csv/" }
  const source = { "aws:SourceArn": movies }
  const secure = { "aws:SecureTransport": "true" }

  it.each<[string, DeclaredStatement, Record<string, string>, boolean]>([
    ["compares StringEquals exactly", { StringEquals: csv }, csv, true],
    ["compares StringEquals with upper and lower case", { StringEquals: csv }, { "s3:prefix": "CSV/" }, false],
    ["ignores wildcards in StringEquals", { StringEquals: { "s3:prefix": "csv*" } }, csv, false],
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
  ])("%s", (_, Condition, context, expected) => {
    const decision = decide({ ...request, context }, { identity: [identity({ ...allow, Condition })] })
    assert.strictEqual(decision === "allowed", expected)
  })
})

describe("a pattern", () => {
  const upTo = (length: number, ...characters: ReadonlyArray<string>) =>
    Schema.Array(Schema.Literals(characters)).check(Schema.isMaxLength(length))

  it.prop(
    "matches by the definition of its wildcards",
    [upTo(7, "*", "?", "a", "b", "/", ":", ".", "😀"), upTo(9, "a", "b", "/", ":", ".", "\n", "😀")],
    ([pattern, text]) => {
      assert.strictEqual(matches(pattern.join(""), text.join("")), matchesByDefinition(pattern, text))
    },
    { arbitrary: { runs: 1000 } }
  )

  it.prop("matches only itself without wildcards", [Schema.String, Schema.String], ([one, other]) => {
    const literal = one.replaceAll(/[*?]/g, "")
    assert.isTrue(matches(literal, literal))
    assert.strictEqual(matches(literal, other), literal === other)
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
