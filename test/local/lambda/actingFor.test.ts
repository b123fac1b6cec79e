import { expect, it } from "vitest"
import { parseServicePrincipal, servicePrincipal } from "../../../local/lambda/PlatformContext.ts"

it("says for whom a service acts, in a form that can be read back", () => {
  const principal = servicePrincipal("s3.amazonaws.com", "arn:aws:s3:::movies")
  expect(parseServicePrincipal(principal)).toEqual({ service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::movies" })
})

it("reads no service out of a role", () => {
  expect(parseServicePrincipal("arn:aws:iam::000000000000:role/enrich")).toBeUndefined()
})
