import { assert, describe, it } from "@effect/vitest"
import { evaluate } from "../../../local/iam/evaluate.ts"
import { arn, type Declared, identity } from "./policies.ts"

describe("a condition", () => {
  const bucket = arn.bucket("movies")
  const given = (Condition: Declared, context: Record<string, string>) =>
    evaluate(
      { principal: { arn: arn.role("enrich") }, action: "s3:ListBucket", resources: [bucket], context },
      { identity: [identity({ Effect: "Allow", Action: "s3:ListBucket", Resource: bucket, Condition })], resource: [] }
    ).allowed

  it.each([
    ["StringEquals is exact", { StringEquals: { "s3:prefix": "csv/" } }, { "s3:prefix": "csv/" }, true],
    ["StringEquals minds capitals", { StringEquals: { "s3:prefix": "csv/" } }, { "s3:prefix": "CSV/" }, false],
    [
      "StringEquals takes a star for a star",
      { StringEquals: { "s3:prefix": "csv/*" } },
      { "s3:prefix": "csv/a" },
      false
    ],
    ["StringLike takes wildcards", { StringLike: { "s3:prefix": "csv/*" } }, { "s3:prefix": "csv/a" }, true],
    ["StringLike minds capitals", { StringLike: { "s3:prefix": "csv/*" } }, { "s3:prefix": "CSV/a" }, false],
    ["an empty text is a value", { StringLike: { "s3:prefix": ["", "csv/*"] } }, { "s3:prefix": "" }, true],
    ["ArnEquals compares ARNs", { ArnEquals: { "aws:SourceArn": bucket } }, { "aws:SourceArn": bucket }, true],
    [
      "ArnEquals takes wildcards too",
      { ArnEquals: { "aws:SourceArn": `${bucket}*` } },
      { "aws:SourceArn": `${bucket}-1` },
      true
    ],
    [
      "ArnLike goes field by field",
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:movies" } },
      { "aws:SourceArn": bucket },
      true
    ],
    [
      "ArnLike takes nothing but ARNs",
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
      { "aws:SourceArn": "movies" },
      false
    ],
    ["Bool is met", { Bool: { "aws:SecureTransport": "true" } }, { "aws:SecureTransport": "true" }, true],
    ["Bool is not met", { Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "true" }, false],
    ["a missing key meets nothing", { StringLike: { "s3:prefix": "*" } }, {}, false],
    ["a missing key is not false", { Bool: { "aws:SecureTransport": "false" } }, {}, false],
    [
      "a key's capitals make no difference",
      { Bool: { "AWS:securetransport": "true" } },
      { "aws:SecureTransport": "true" },
      true
    ],
    ["one value of several is enough", { StringEquals: { "s3:prefix": ["a", "b"] } }, { "s3:prefix": "b" }, true],
    [
      "one key of several is not",
      { StringEquals: { "s3:prefix": "a", "s3:delimiter": "/" } },
      { "s3:prefix": "a", "s3:delimiter": "-" },
      false
    ],
    [
      "one operator of several is not",
      { StringEquals: { "s3:prefix": "a" }, Bool: { "aws:SecureTransport": "false" } },
      { "s3:prefix": "a", "aws:SecureTransport": "true" },
      false
    ]
  ])("%s", (_, condition, context, expected) => {
    assert.strictEqual(given(condition, context), expected)
  })
})
