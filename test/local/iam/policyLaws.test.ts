import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { identityPolicy, resourcePolicy, trustPolicy } from "../../../local/iam/policy.ts"
import { arn, type Declared, document, identity } from "./policies.ts"

const allow: Declared = { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn.bucket("movies")}/*` }
const trust: Declared = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }
const refusal = /^MalformedPolicyDocument: the policy p has what the local cloud does not know: /

const withResource = (Resource: unknown) => ({ ...allow, Resource })
const withCondition = (Condition: unknown) => ({ ...allow, Condition })

describe("a policy", () => {
  const known = ["Version", "Statement", "Sid", "Effect", "Action", "Resource", "Condition", "Principal"]
  const operators = ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"]
  const Unknown = Schema.String.check(
    Schema.makeFilter((key) => ![...known, ...operators, "AWS", "Service"].includes(key))
  )
  it.effect.prop(
    "is refused for any key it does not know, wherever that stands",
    [Unknown, Schema.Json],
    ([key, value]) =>
      Effect.gen(function* () {
        const unknown = { [key]: value }
        const inCondition = { ...allow, Condition: { ...unknown, Bool: { "aws:SecureTransport": "true" } } }
        const onKey = { ...allow, Condition: { Bool: { "aws:SecureTransport": "true", ...unknown } } }
        const whole = JSON.stringify({ Version: "2012-10-17", Statement: [allow], ...unknown })
        assert.throws(() => identityPolicy("p", whole), refusal)
        assert.throws(() => identityPolicy("p", document(allow, { ...allow, ...unknown })), refusal)
        assert.throws(() => identityPolicy("p", document(inCondition)), refusal)
        assert.throws(() => identityPolicy("p", document(onKey)), refusal)
        assert.throws(() => resourcePolicy("p", document({ ...allow, Principal: unknown })), refusal)
        assert.throws(() => trustPolicy("p", document({ ...trust, ...unknown })), refusal)
      })
  )

  it.effect.prop(
    "is refused for a policy variable anywhere in a text",
    [Schema.String, Schema.String],
    ([before, after]) =>
      Effect.gen(function* () {
        const text = `${before}\${aws:username}${after}`
        assert.throws(() => identity(withResource(`${arn.bucket("movies")}/${text}`)))
        assert.throws(() => identity(withCondition({ StringEquals: { "s3:prefix": ["csv/", text] } })))
        assert.throws(() => identity(withCondition({ ArnLike: { "aws:SourceArn": `${arn.bucket("")}${text}` } })))
      })
  )
})
