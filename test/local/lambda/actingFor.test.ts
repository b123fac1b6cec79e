import { expect, it } from "vitest"
import { actingFor, actingService } from "../../../local/lambda/actingFor.ts"

it("says for whom a service acts, in a form that can be read back", () => {
  const principal = actingFor("s3.amazonaws.com", "arn:aws:s3:::movies")
  expect(actingService(principal)).toEqual({ service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::movies" })
})

it("reads no service out of a role", () => {
  expect(actingService("arn:aws:iam::000000000000:role/enrich")).toBeUndefined()
})
