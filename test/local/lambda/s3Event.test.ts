import { expect, it } from "vitest"
import { encodeEventKey } from "../../../local/lambda/BucketNotifications.ts"

it.each([
  ["csv/run_date=2026-11-21/movies.csv", "csv/run_date%3D2026-11-21/movies.csv"],
  ["red flower.jpg", "red+flower.jpg"],
  ["1+1=2", "1%2B1%3D2"],
  ["Léon & WALL·E (1994)!~*_'.csv", "L%C3%A9on+%26+WALL%C2%B7E+%281994%29%21%7E*_%27.csv"],
  ["100%/a%2Fb", "100%25/a%252Fb"]
])("writes the key %s as S3 does, and back it is the same", (key, written) => {
  expect(encodeEventKey(key)).toBe(written)
  expect(decodeURIComponent(encodeEventKey(key).replaceAll("+", " "))).toBe(key)
})
