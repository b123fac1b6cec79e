import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { isLike, isLikeAction, isLikeArn } from "../../../local/iam/evaluate.ts"
import { arn } from "./policies.ts"

/** The same by the definition alone: a star is nothing, or one more character before a star. */
const byDefinition = ([first, ...rest]: ReadonlyArray<string>, text: ReadonlyArray<string>): boolean => {
  const [character, ...others] = text
  if (first === undefined) return character === undefined
  if (first === "*")
    return byDefinition(rest, text) || (character !== undefined && byDefinition([first, ...rest], others))
  return character !== undefined && (first === "?" || first === character) && byDefinition(rest, others)
}

const upTo = (length: number, ...characters: ReadonlyArray<string>) =>
  Schema.Array(Schema.Literals(characters)).check(Schema.isMaxLength(length))

describe("a wildcard", () => {
  it.effect.prop(
    "stands for what it is defined as",
    [upTo(7, "*", "?", "a", "b", "/", ":", ".", "😀"), upTo(9, "a", "b", "/", ":", ".", "\n", "😀")],
    ([pattern, text]) =>
      Effect.gen(function* () {
        assert.strictEqual(isLike(pattern.join(""), text.join("")), byDefinition(pattern, text))
      }),
    { arbitrary: { runs: 1000 } }
  )

  it.effect.prop("of neither kind leaves a pattern like itself alone", [Schema.String, Schema.String], ([one, other]) =>
    Effect.gen(function* () {
      const literal = one.replaceAll(/[*?]/g, "")
      assert.isTrue(isLike(literal, literal))
      assert.strictEqual(isLike(literal, other), literal === other)
    })
  )

  it.each([
    ["csv/run_date=*/movies.csv", "csv/run_date=2026-11-21/movies.csv", true],
    ["csv/run_date=*/movies.csv", "csv/run_date=a/b:c/movies.csv", true],
    ["csv/run_date=*/movies.csv", "csv/run_date=2026-11-21/movies.csv.bak", false],
    ["csv/run_date=*/movies.csv", "old/csv/run_date=2026-11-21/movies.csv", false],
    ["csv/*", "CSV/x", false],
    ["csv/*", "csv/", true],
    ["*.json", "a\nb.json", true],
    ["*.json", "a-json", false],
    ["tt???????", "tt0111161", true],
    ["tt???????", "tt011116", false],
    ["[$LATEST](a+b)|^{1}\\", "[$LATEST](a+b)|^{1}\\", true]
  ])("pattern %j against %j: %j", (pattern, text, expected) => {
    assert.strictEqual(isLike(pattern, text), expected)
  })

  it("of an action cares nothing for capitals", () => {
    assert.isTrue(isLikeAction("SQS:sendmessage", "sqs:SendMessage"))
    assert.isTrue(isLikeAction("s3:*", "s3:PutObject"))
    assert.isTrue(isLikeAction("*", "s3:PutObject"))
    assert.isFalse(isLikeAction("s3:Put*", "s3:GetObject"))
  })

  it("of an ARN stays in its field, and crosses anything in the last", () => {
    assert.isTrue(
      isLikeArn(
        "arn:aws:scheduler:*:000000000000:schedule-group/*",
        "arn:aws:scheduler:eu-west-1:000000000000:schedule-group/a"
      )
    )
    assert.isFalse(isLikeArn("arn:aws:sqs:*:movies", arn.queue("movies")))
    assert.isFalse(isLikeArn("arn:aws:sqs:*:*:b", "arn:aws:sqs:eu-west-1:000000000000:a:b"))
    assert.isTrue(isLikeArn(arn.log("enrich", "*"), arn.log("enrich", "2026/11/21/[$LATEST]:0")))
    assert.isFalse(isLikeArn(arn.log("enrich", "*"), arn.log("enrich-too", "2026/11/21")))
    assert.isFalse(isLikeArn(arn.bucket("movies"), arn.bucket("movies/key")))
    assert.isFalse(isLikeArn(`${arn.bucket("movies")}/*`, arn.bucket("movies")))
    assert.isFalse(isLikeArn(arn.bucket("movies"), "movies"))
  })
})
