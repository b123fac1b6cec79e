import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { Properties } from "../../../engine/Properties.ts"
import type { ResourceDeclaration } from "../../../engine/resourceMonitor.ts"
import { makeProvider } from "../../../local/provider/provider.ts"
import { type EmulatedAccount, resourceType } from "../../../local/provider/resourceType.ts"

const declare = (type: string, inputs: Properties): ResourceDeclaration => ({
  urn: `urn:pulumi:dev::test::${type}::example`,
  type,
  name: "example",
  parent: "",
  component: false,
  inputs,
  secrets: new Set(),
  dependencies: [],
  protect: false,
  aliases: [],
  retainOnDelete: false
})

/** No resource type of these tests uses the account. */
const account = {} as unknown as EmulatedAccount

const rejects = async (created: Promise<unknown>, message: RegExp) => {
  const error = await created.catch((cause: unknown) => cause)
  assert.match(String(error), message)
}

describe("a resource type", () => {
  const lamp = resourceType({ watts: Schema.Int }, ["colour"], ({ inputs }) => ({ id: `${inputs.watts}`, outputs: {} }))

  it("creates a resource from its emulated inputs and accepts the declared ones", async () => {
    const created = await lamp(declare("x:Lamp", { watts: 5, colour: "red" }), account)
    assert.deepStrictEqual(created, { id: "5", outputs: {} })
  })

  it("rejects an input that is neither emulated nor declared only, and names the place to add it", () =>
    rejects(
      lamp(declare("x:Lamp", { watts: 5, dimmer: true }), account),
      /x:Lamp "example" has the input "dimmer".*local\/provider/
    ))

  it("rejects an emulated input of another type, and names it", () =>
    rejects(lamp(declare("x:Lamp", { watts: "five" }), account), /x:Lamp "example".*watts/s))
})

describe("the provider", () => {
  it("rejects a type of resource that is not emulated", () =>
    rejects(
      makeProvider(account)(declare("aws:ec2/instance:Instance", {})),
      /no aws:ec2\/instance:Instance \("example"\)/
    ))

  it("accepts inputs that are declared and not emulated", async () => {
    const declaration = declare("aws:s3/bucketVersioning:BucketVersioning", { bucket: "b" })
    assert.deepInclude(await makeProvider(account)(declaration), { outputs: {} })
  })
})
