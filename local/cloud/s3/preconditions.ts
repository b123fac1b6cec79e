import type { IncomingHttpHeaders } from "node:http"
import { AwsError } from "../AwsError.ts"
import type { Listed } from "./KeyIndex.ts"

const bare = (eTag: string): string => eTag.replaceAll('"', "").trim()

const failed = (condition: string): AwsError =>
  new AwsError(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition }
  })

/** What a write may ask of the object that is there now; fauxqs ignores it. */
export const requirePreconditions = (headers: IncomingHttpHeaders, current: Listed | undefined): void => {
  const absent = headers["if-none-match"]
  if (absent !== undefined && absent !== "*") {
    throw new AwsError(501, "NotImplemented", "A header you provided implies functionality that is not implemented", {
      details: { Header: "If-None-Match" }
    })
  }
  if (absent === "*" && current !== undefined) throw failed("If-None-Match")

  const expected = headers["if-match"]
  if (expected === undefined) return
  if (current === undefined) throw new AwsError(404, "NoSuchKey", "The specified key does not exist.")
  if (bare(expected) !== bare(current.eTag)) throw failed("If-Match")
}
