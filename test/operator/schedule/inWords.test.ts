import { assert, it } from "@effect/vitest"
import { inWords } from "../../../operator/schedule/inWords.ts"

it.each([
  ["cron(0 6 * * ? *)", "At 06:00, every day"],
  // EventBridge's Monday is 2.
  ["cron(30 5 ? * 2 *)", "At 05:30, only on Monday"],
  ["rate(12 hours)", "Every 12 hours"],
  ["rate(1 day)", "Every day"],
  ["at(2030-01-31T06:00:00)", "Once, at 2030-01-31 06:00:00"],
  ["unknown", "unknown"]
])("puts %s in words", (expression, words) => assert.strictEqual(inWords(expression), words))
