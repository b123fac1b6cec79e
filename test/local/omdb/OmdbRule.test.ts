import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import { OmdbRule } from "../../../local/omdb/OmdbRule.ts"

const decode = Schema.decodeUnknownSync(OmdbRule, { onExcessProperty: "error" })

it.each([
  { answer: { kind: "quota" } },
  { answer: { kind: "invalidKey" } },
  { answer: { kind: "unknownMovie" } },
  { answer: { kind: "errorGettingData" } },
  { answer: { kind: "unavailable", status: 522 } },
  { answer: { kind: "blocked" } },
  { imdbId: "tt0111161", answer: { kind: "hang" } },
  { answer: { kind: "slow", delayMs: 250 } },
  { answer: { kind: "malformed", by: "backslash" } },
  { skip: 0, answer: { kind: "quota" } },
  { times: 3, answer: { kind: "reset" } },
  { answer: { kind: "anotherMovie", imdbId: "tt15097216" } },
  { answer: { kind: "custom", status: 418, body: "", contentType: "text/plain" } },
  { imdbId: "tt0111161", times: 1, answer: { kind: "custom", status: 200, body: "{}" } }
])("reads the rule %j as it stands", (rule) => {
  expect(decode(rule)).toEqual(rule)
})

it.each([
  ["no answer", { times: 1 }],
  ["an unknown failure", { answer: { kind: "sulk" } }],
  ["no times at all", { times: 0, answer: { kind: "hang" } }],
  ["half a time", { times: 1.5, answer: { kind: "hang" } }],
  ["a malformed id", { imdbId: "111161", answer: { kind: "hang" } }],
  ["an outage OMDb has never had", { answer: { kind: "unavailable", status: 500 } }],
  ["a status that ends no call", { answer: { kind: "custom", status: 100, body: "" } }],
  ["a misspelt key", { time: 1, answer: { kind: "hang" } }],
  ["a key the failure does not have", { answer: { kind: "slow", delayMs: 1, by: "backslash" } }]
])("refuses a rule with %s", (_, rule) => {
  expect(() => decode(rule)).toThrow()
})
