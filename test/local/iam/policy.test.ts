import { assert, describe, it } from "@effect/vitest"
import { identityPolicy, resourcePolicy, trustPolicy } from "../../../local/iam/policy.ts"
import { arn, type Declared, document, identity, onResource } from "./policies.ts"

const allow: Declared = { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn.bucket("movies")}/*` }
const trust: Declared = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }
const open: Declared = { ...allow, Principal: "*" }
const refusal = /^MalformedPolicyDocument: the policy p has what the local cloud does not know: /

const withResource = (Resource: unknown) => ({ ...allow, Resource })
const withCondition = (Condition: unknown) => ({ ...allow, Condition })

describe("a policy", () => {
  it("is read into one form, a single action the same as a list of one", () => {
    const [statement] = identity({
      ...allow,
      Sid: "WhenFailing1",
      Condition: { StringLike: { "s3:Prefix": "csv/*" }, Bool: { "aws:SecureTransport": ["true"] } }
    }).statements
    assert.deepStrictEqual(statement, {
      sid: "WhenFailing1",
      effect: "Allow",
      principals: ["*"],
      actions: ["s3:GetObject"],
      resources: [`${arn.bucket("movies")}/*`],
      conditions: [
        { operator: "StringLike", key: "s3:prefix", values: ["csv/*"] },
        { operator: "Bool", key: "aws:securetransport", values: ["true"] }
      ]
    })
  })

  it("of a resource names whom it means: anyone, roles or services", () => {
    const principals = (Principal: unknown) => onResource({ ...allow, Principal }).statements[0]?.principals
    assert.deepStrictEqual(principals("*"), ["*"])
    assert.deepStrictEqual(principals({ AWS: "*" }), ["*"])
    assert.deepStrictEqual(principals({ AWS: [arn.role("enrich")] }), [arn.role("enrich")])
    assert.deepStrictEqual(principals({ Service: "s3.amazonaws.com" }), ["s3.amazonaws.com"])
  })

  it("says what it does not know, and where", () => {
    assert.throws(
      () => identityPolicy("movies-policy", document(allow, { ...allow, NotAction: "s3:*" })),
      'MalformedPolicyDocument: the policy movies-policy has what the local cloud does not know: Expected no excess property at ["Statement"][1]["NotAction"]'
    )
  })

  it.each([
    ["an unknown effect", { ...allow, Effect: "allow" }],
    ["NotAction", { Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
    ["NotAction beside Action", { ...allow, NotAction: "s3:DeleteObject" }],
    ["NotResource", { Effect: "Allow", Action: "s3:GetObject", NotResource: arn.bucket("movies") }],
    ["no resource", { Effect: "Allow", Action: "s3:GetObject" }],
    ["no action", { ...allow, Action: [] }],
    ["an action without a service", { ...allow, Action: "GetObject" }],
    ["a wildcard for the service", { ...allow, Action: "*:GetObject" }],
    ["a Sid of other characters", { ...allow, Sid: "when failing" }],
    ["a principal", { ...allow, Principal: "*" }],
    ["an incomplete ARN", withResource("arn:aws:sqs:*")],
    ["a wildcard in an ARN's service", withResource("arn:aws:*:eu-central-1:000000000000:movies")],
    ["a wildcard in an ARN's region", withResource("arn:aws:sqs:*:000000000000:movies")],
    ["a wildcard in an ARN's account", withResource("arn:aws:sqs:eu-central-1:*:movies")],
    ["a bucket's name for an ARN", withResource("movies")],
    ["a policy variable in a resource", withResource([`${arn.bucket("movies")}/\${aws:username}/*`])],
    ["a policy variable in a condition", withCondition({ StringLike: { "s3:prefix": `\${aws:username}/` } })],
    ["an escaped character in a condition", withCondition({ StringLike: { "s3:prefix": `\${*}` } })],
    ["a negated operator", withCondition({ StringNotEquals: { "aws:SourceAccount": "000000000000" } })],
    ["...IfExists", withCondition({ StringEqualsIfExists: { "aws:SourceAccount": "000000000000" } })],
    ["a set operator", withCondition({ "ForAllValues:StringEquals": { "aws:SourceAccount": "000000000000" } })],
    ["Null", withCondition({ Null: { "aws:SourceAccount": "true" } })],
    ["IpAddress", withCondition({ IpAddress: { "aws:SourceArn": "10.0.0.0/8" } })],
    ["an operator in small letters", withCondition({ stringequals: { "aws:SourceAccount": "000000000000" } })],
    ["a prototype for an operator", withCondition({ ["__proto__"]: { "aws:SourceAccount": "000000000000" } })],
    ["a condition key never filled in here", withCondition({ StringEquals: { "aws:SourceVpc": "vpc-1" } })],
    ["a tag in a condition", withCondition({ StringEquals: { "aws:ResourceTag/team": "a" } })],
    ["a condition of no values", withCondition({ StringLike: { "s3:prefix": [] } })],
    ["a condition on no key", withCondition({ StringLike: {} })],
    ["a Bool that is neither", withCondition({ Bool: { "aws:SecureTransport": "yes" } })],
    ["a Bool that is no text", withCondition({ Bool: { "aws:SecureTransport": false } })],
    ["an ARN condition on no ARN", withCondition({ ArnEquals: { "aws:SourceArn": "movies" } })]
  ])("of a role with %s is refused", (_, statement) => {
    assert.throws(() => identityPolicy("p", document(statement)), refusal)
  })

  it.each([
    ["no principal", allow],
    ["NotPrincipal", { ...allow, NotPrincipal: { AWS: arn.role("enrich") } }],
    ["an account", { ...open, Principal: { AWS: "000000000000" } }],
    ["an account's root", { ...open, Principal: { AWS: "arn:aws:iam::000000000000:root" } }],
    ["a wildcard in a role's ARN", { ...open, Principal: { AWS: arn.role("*") } }],
    ["a federated principal", { ...open, Principal: { Federated: "accounts.google.com" } }],
    ["a canonical user", { ...open, Principal: { CanonicalUser: "79a5" } }],
    ["two kinds of principals", { ...open, Principal: { AWS: "*", Service: "s3.amazonaws.com" } }],
    ["any service", { ...open, Principal: { Service: "*" } }]
  ])("of a resource with %s is refused", (_, statement) => {
    assert.throws(() => resourcePolicy("p", document(statement)), refusal)
  })

  it.each([
    ["anyone", { ...trust, Principal: "*" }],
    ["a role", { ...trust, Principal: { AWS: arn.role("enrich") } }],
    ["another action", { ...trust, Action: "sts:TagSession" }],
    ["a resource", { ...trust, Resource: "*" }]
  ])("of trust with %s is refused", (_, statement) => {
    assert.throws(() => trustPolicy("p", document(statement)), refusal)
  })

  it.each([
    ["that is no JSON", "{"],
    ["that is no object", "[]"],
    ["without a version", JSON.stringify({ Statement: [allow] })],
    ["of the old version", JSON.stringify({ Version: "2008-10-17", Statement: [allow] })],
    ["without statements", JSON.stringify({ Version: "2012-10-17", Statement: [] })],
    ["with a key of its own", JSON.stringify({ Version: "2012-10-17", Id: "movies", Statement: [allow] })],
    ["with one Sid twice", document({ ...allow, Sid: "A" }, { ...allow, Sid: "A" })]
  ])("%s is refused", (_, text) => {
    assert.throws(() => identityPolicy("p", text), refusal)
  })
})
