import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { environment, environmentOf } from "../../infra/grants.ts"

const url = pulumi.output("https://queue")

describe("environmentOf", () => {
  it("merges the variables of all grants, and accepts one variable set twice to the same value", () => {
    const grants = [environment({ A: "1", B: url }), environment({ A: "1", B: url }), environment({ C: "3" })]
    assert.deepStrictEqual(environmentOf(grants), { A: "1", B: url, C: "3" })
  })

  it.each([
    ["values", "1", "2"],
    ["outputs", url, pulumi.output("https://other")]
  ])("refuses two grants that set one variable to different %s", (_, one, other) => {
    assert.throws(
      () => environmentOf([environment({ A: one }), environment({ A: other })]),
      "Two grants of one function set the environment variable A to different values."
    )
  })
})
