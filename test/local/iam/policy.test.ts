import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { identityPolicy, resourcePolicy, trustPolicy } from "../../../local/iam/policy.ts"
import { arn, type DeclaredStatement, document, identity, onResource } from "./testPolicies.ts"

const allow: DeclaredStatement = { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn.bucket("movies")}/*` }
const trust: DeclaredStatement = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole"
}
const malformed = /^MalformedPolicyDocument: the local cloud cannot evaluate the policy p: /

const withResource = (Resource: unknown) => ({ ...allow, Resource })
const withCondition = (Condition: unknown) => ({ ...allow, Condition })

describe("identityPolicy", () => {
  it("parses single values into lists, and condition keys into lower case", () => {
    const Condition = { StringLike: { "s3:Prefix": "csv/*" }, Bool: { "aws:SecureTransport": ["true"] } }
    assert.deepStrictEqual(identity({ ...allow, Sid: "WhenFailing1", Condition }).statements, [
      {
        sid: "WhenFailing1",
        effect: "Allow",
        principals: ["*"],
        actions: ["s3:GetObject"],
        resources: [`${arn.bucket("movies")}/*`],
        conditions: [
          { operator: "StringLike", key: "s3:prefix", values: ["csv/*"] },
          { operator: "Bool", key: "aws:securetransport", values: ["true"] }
        ]
      }
    ])
  })

  it("reports the path of an element that is not emulated", () => {
    assert.throws(
      () => identityPolicy("movies-policy", document(allow, { ...allow, NotAction: "s3:*" })),
      'MalformedPolicyDocument: the local cloud cannot evaluate the policy movies-policy: Expected no excess property at ["Statement"][1]["NotAction"]'
    )
  })

  it.each<[string, DeclaredStatement]>([
    ["an unknown effect", { ...allow, Effect: "allow" }],
    ["no resource", { Effect: "Allow", Action: "s3:GetObject" }],
    ["no action", { ...allow, Action: [] }],
    ["an action without a service", { ...allow, Action: "GetObject" }],
    ["a wildcard for the action's service", { ...allow, Action: "*:GetObject" }],
    ["a Sid with a space", { ...allow, Sid: "when failing" }],
    ["a principal", { ...allow, Principal: "*" }],
    ["an incomplete ARN", withResource("arn:aws:sqs:*")],
    ["a wildcard in an ARN's service", withResource("arn:aws:*:eu-central-1:000000000000:movies")],
    ["a wildcard in an ARN's region", withResource("arn:aws:sqs:*:000000000000:movies")],
    ["a wildcard in an ARN's account", withResource("arn:aws:sqs:eu-central-1:*:movies")],
    ["a bucket's name instead of an ARN", withResource("movies")],
    ["an operator named __proto__", withCondition({ ["__proto__"]: { "aws:SourceAccount": "000000000000" } })],
    ["a condition key that is not emulated", withCondition({ StringEquals: { "aws:SourceVpc": "vpc-1" } })],
    ["a condition without values", withCondition({ StringLike: { "s3:prefix": [] } })],
    ["a condition without keys", withCondition({ StringLike: {} })],
    ["a Bool with another text", withCondition({ Bool: { "aws:SecureTransport": "yes" } })],
    ["a Bool that is not a text", withCondition({ Bool: { "aws:SecureTransport": false } })],
    ["an ARN condition without an ARN", withCondition({ ArnEquals: { "aws:SourceArn": "movies" } })]
  ])("rejects a statement with %s", (_, statement) => {
    assert.throws(() => identityPolicy("p", document(statement)), malformed)
  })

  it.each([
    ["that is not JSON", "{"],
    ["that is not an object", "[]"],
    ["without a version", JSON.stringify({ Statement: [allow] })],
    ["of the old version", JSON.stringify({ Version: "2008-10-17", Statement: [allow] })],
    ["without statements", JSON.stringify({ Version: "2012-10-17", Statement: [] })],
    ["with one Sid twice", document({ ...allow, Sid: "A" }, { ...allow, Sid: "A" })]
  ])("rejects a document %s", (_, text) => {
    assert.throws(() => identityPolicy("p", text), malformed)
  })
})

describe("resourcePolicy", () => {
  it.each([
    ["*", ["*"]],
    [{ AWS: "*" }, ["*"]],
    [{ AWS: [arn.role("enrich")] }, [arn.role("enrich")]],
    [{ Service: "s3.amazonaws.com" }, ["s3.amazonaws.com"]]
  ])("parses the principal %j", (Principal, expected) => {
    assert.deepStrictEqual(onResource({ ...allow, Principal }).statements[0]?.principals, expected)
  })

  it.each<[string, DeclaredStatement]>([
    ["no principal", allow],
    ["an account as the principal", { ...allow, Principal: { AWS: "000000000000" } }],
    ["an account's root as the principal", { ...allow, Principal: { AWS: "arn:aws:iam::000000000000:root" } }],
    ["a wildcard in a role's ARN", { ...allow, Principal: { AWS: arn.role("*") } }],
    ["two types of principals", { ...allow, Principal: { AWS: "*", Service: "s3.amazonaws.com" } }],
    ["every service as the principal", { ...allow, Principal: { Service: "*" } }]
  ])("rejects %s", (_, statement) => {
    assert.throws(() => resourcePolicy("p", document(statement)), malformed)
  })
})

describe("trustPolicy", () => {
  it("rejects trust in everyone or in a role, and another action", () => {
    const changes = [{ Principal: "*" }, { Principal: { AWS: arn.role("enrich") } }, { Action: "sts:TagSession" }]
    for (const change of changes) assert.throws(() => trustPolicy("p", document({ ...trust, ...change })), malformed)
  })
})

describe("every policy", () => {
  const known = ["Version", "Statement", "Sid", "Effect", "Action", "Resource", "Condition", "Principal"]
  const operators = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"]
  const UnknownKey = Schema.String.check(
    Schema.makeFilter((key) => ![...known, ...operators, "AWS", "Service"].includes(key))
  )

  it.prop("rejects an unknown key at any level", [UnknownKey, Schema.Json], ([key, value]) => {
    const unknown = { [key]: value }
    const secure = { "aws:SecureTransport": "true" }
    const text = JSON.stringify({ Version: "2012-10-17", Statement: [allow], ...unknown })
    assert.throws(() => identityPolicy("p", text), malformed)
    assert.throws(() => identityPolicy("p", document(allow, { ...allow, ...unknown })), malformed)
    assert.throws(() => identityPolicy("p", document(withCondition({ ...unknown, Bool: secure }))), malformed)
    assert.throws(() => identityPolicy("p", document(withCondition({ Bool: { ...secure, ...unknown } }))), malformed)
    assert.throws(() => resourcePolicy("p", document({ ...allow, Principal: unknown })), malformed)
    assert.throws(() => trustPolicy("p", document({ ...trust, ...unknown })), malformed)
  })

  it.prop("rejects a policy variable anywhere in a text", [Schema.String, Schema.String], ([before, after]) => {
    const text = `${before}\${aws:username}${after}`
    assert.throws(() => identity(withResource(`${arn.bucket("movies")}/${text}`)))
    assert.throws(() => identity(withCondition({ StringEquals: { "s3:prefix": ["csv/", text] } })))
    assert.throws(() => identity(withCondition({ ArnLike: { "aws:SourceArn": `${arn.bucket("")}${text}` } })))
  })
})
