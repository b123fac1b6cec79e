import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { Properties } from "../../../engine/Properties.ts"
import type { ResourceDeclaration } from "../../../engine/resourceMonitor.ts"
import { makeProvider } from "../../../local/provider/provider.ts"
import { type EmulatedAccount, resourceType } from "../../../local/provider/resourceType.ts"

const declared = (type: string, inputs: Properties): ResourceDeclaration => ({
  urn: `urn:pulumi:dev::test::${type}::thing`,
  type,
  name: "thing",
  parent: "",
  component: false,
  inputs,
  secrets: new Set(),
  dependencies: [],
  protect: false,
  retainOnDelete: false
})

/** No kind here reaches for the cloud. */
const account = { physicalName: () => "thing-1234567" } as unknown as EmulatedAccount

const refusal = async (made: Promise<unknown>): Promise<string> =>
  made.then(
    () => "nothing was refused",
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
  )

describe("the local provider", () => {
  const lamp = resourceType({ watts: Schema.Int }, ["colour"], ({ inputs }) => ({ id: `${inputs.watts}`, outputs: {} }))

  it("makes a resource from its emulated inputs and lets the declared ones be", async () => {
    assert.deepStrictEqual(await lamp.create(declared("x:Lamp", { watts: 5, colour: "red" }), account), {
      id: "5",
      outputs: {}
    })
  })

  it("refuses an input that is neither emulated nor listed, and says where to add it", async () => {
    const said = await refusal(lamp.create(declared("x:Lamp", { watts: 5, dimmer: true }), account))
    assert.match(said, /x:Lamp "thing" has the input "dimmer".*local\/provider/)
  })

  it("refuses an emulated input of another form, and names it", async () => {
    assert.match(await refusal(lamp.create(declared("x:Lamp", { watts: "five" }), account)), /x:Lamp "thing".*watts/s)
  })

  it("refuses a type of resource that it does not know, by its name", async () => {
    const { create } = makeProvider(account)
    assert.match(
      await refusal(create(declared("aws:ec2/instance:Instance", {}))),
      /no aws:ec2\/instance:Instance \("thing"\)/
    )
  })

  it("lists what is declared and not emulated", async () => {
    const { create, declaredOnly } = makeProvider(account)
    await create(declared("aws:s3/bucketVersioning:BucketVersioning", { bucket: "b" }))
    assert.deepStrictEqual(declaredOnly(), [
      { type: "aws:s3/bucketVersioning:BucketVersioning", name: "thing", inputs: ["bucket"] }
    ])
  })
})
