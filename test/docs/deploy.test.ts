import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { deployPolicy } from "../../scripts/deployPolicy.ts"
import { declared, type } from "../plan/declaredResource.ts"

const root = new URL("../..", import.meta.url).pathname
const guide = readFileSync(join(root, "docs/deploy.md"), "utf8")
const scripts = [...guide.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, script = ""]) => script)

const Package = Schema.Struct({ scripts: Schema.Record(Schema.String, Schema.String) })

describe("the deploy guide's commands", () => {
  it("are such that a shell can read them", () => {
    assert.isAbove(scripts.length, 15)
    for (const script of scripts) execFileSync("bash", ["-n", "-c", script])
  })

  it("name npm scripts that are there", () => {
    const { scripts: own } = Schema.decodeUnknownSync(Schema.fromJsonString(Package))(
      readFileSync(join(root, "package.json"), "utf8")
    )
    const named = [...guide.matchAll(/\bnpm run ([a-z]+)/g)].map(([, name = ""]) => name)
    assert.isAbove(named.length, 5)
    for (const name of named) assert.property(own, name)
  })

  it("trust one environment of one repository with each role, and no more of it", () => {
    assert.include(guide, '"token.actions.githubusercontent.com:sub": "$SUBJECT:environment:$environment"')
    assert.include(guide, '"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"')
    assert.notInclude(guide, "StringLike")
  })
})

describe("the policy that deploys", () => {
  const of = async (...resources: ReadonlyArray<readonly [string, string]>) =>
    deployPolicy({
      project: "small",
      resources: await Promise.all(resources.map(([kind, name]) => declared(kind, name)))
    })

  it("allows a service no more than the resources of the program, by their names", async () => {
    const { Statement } = await of([type.queue, "movies"], [type.role, "Stage-role"], [type.rolePolicy, "Stage-policy"])
    const [services, , roles, passing] = Statement
    assert.deepStrictEqual(services, {
      Effect: "Allow",
      Action: ["sqs:*"],
      Resource: ["arn:aws:sqs:$REGION:$ACCOUNT:movies-*"]
    })
    assert.deepStrictEqual(roles?.Resource, ["arn:aws:iam::$ACCOUNT:role/Stage-role-*"])
    assert.deepStrictEqual(passing?.Resource, roles?.Resource)
  })

  it("is not written for a type of resource whose ARN is not known: nobody would miss it before the first deployment", async () => {
    const wrong = await of(["aws:sfn/stateMachine:StateMachine", "flow"]).catch(String)
    assert.match(String(wrong), /knows no ARN of a resource of the type aws:sfn\/stateMachine:StateMachine/)
  })
})
