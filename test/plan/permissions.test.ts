import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { permissionsOf } from "../../plan/permissions/permissions.ts"
import { permissionSentences } from "../../plan/permissions/sentences.ts"
import { indexResources } from "../../plan/resources.ts"
import { declared, output, type } from "./declaredResource.ts"

const bucket = await declared(type.bucket, "movies")
const queue = await declared(type.queue, "movies")
const role = await declared(type.role, "worker-role")
const worker = await declared(type.function, "Worker", { role: output(role, "arn") })

const said = async (statement: object, ...others: ReadonlyArray<RegisteredResource>) => {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] })
  const rolePolicy = await declared(type.rolePolicy, "worker-policy", { role: output(role, "name"), policy })
  return saidOf(rolePolicy, ...others)
}

const saidOf = (...others: ReadonlyArray<RegisteredResource>) => {
  const resources = [bucket, queue, role, worker, ...others]
  const facts = permissionsOf(resources, indexResources(resources))
  return [...new Set(facts.map(({ who }) => who))].map((who) => [
    who,
    ...permissionSentences(facts.filter((fact) => fact.who === who))
  ])
}

describe("permissions in words", () => {
  it("show an action that has no words as it is, beside those that have", async () => {
    const statement = { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:PurgeQueue"], Resource: output(queue, "arn") }
    assert.deepStrictEqual(await said(statement), [["Worker", "may send to and do sqs:PurgeQueue on the movies queue"]])
  })

  it("show a resource that is not the stack's as it is", async () => {
    const elsewhere = "arn:aws:sqs:eu-central-1:123456789012:theirs"
    assert.deepStrictEqual(await said({ Effect: "Allow", Action: "sqs:SendMessage", Resource: elsewhere }), [
      ["Worker", `may send to ${elsewhere}`]
    ])
    assert.deepStrictEqual(await said({ Effect: "Allow", Action: "*", Resource: "*" }), [["Worker", "may do * on *"]])
  })

  it("show a statement with an element that they do not know as it is written", async () => {
    const statement = { Effect: "Allow", NotAction: "s3:DeleteBucket", Resource: "*" }
    assert.deepStrictEqual(await said(statement), [["Worker", `may do as written: ${JSON.stringify(statement)}`]])
  })

  it("show a policy that is no JSON, one given by its ARN, and that there is a secret one", async () => {
    const arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    const of = { role: output(role, "name") }
    const attached = await declared("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { ...of, policyArn: arn })
    const broken = await declared(type.rolePolicy, "b", { ...of, policy: "{" })
    const secret = await declared(type.rolePolicy, "c", { ...of, policy: '{"Statement":"hush"}' }, ["policy"])
    assert.deepStrictEqual(saidOf(attached, broken, secret), [["Worker", `may do as written: ${arn}, { and (secret)`]])
  })

  it("tell an operator that they do not know by its name, and a denial from a permission", async () => {
    const statement = {
      Effect: "Deny",
      Action: "s3:GetObject",
      Resource: `${output(bucket, "arn")}/csv/*`,
      Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"] } }
    }
    assert.deepStrictEqual(await said(statement), [
      [
        "Worker",
        "may never get objects under csv/ in the movies bucket, where aws:SourceIp passes IpAddress of 10.0.0.0/8 or 192.168.0.0/16"
      ]
    ])
  })

  it("say which keys: one object, those of folders that are alike, or all", async () => {
    const on = (...keys: ReadonlyArray<string>) =>
      said({ Effect: "Allow", Action: "s3:PutObject", Resource: keys.map((key) => `${output(bucket, "arn")}/${key}`) })
    const first = async (...keys: ReadonlyArray<string>) => (await on(...keys))[0]?.[1]
    assert.strictEqual(await first("a.json"), "may put the object a.json in the movies bucket")
    assert.strictEqual(await first("*"), "may put all objects in the movies bucket")
    assert.strictEqual(await first("a/*", "b/*"), "may put objects under a/ and b/ in the movies bucket")
    assert.strictEqual(
      await first("a/x-*.json", "b/x-*.json", "c/*"),
      "may put objects under a/ and b/ (x-*.json) and c/ in the movies bucket"
    )
  })

  it("say who a function lets run it, and speak for a role that nobody runs as", async () => {
    const permission = await declared("aws:lambda/permission:Permission", "s3-may-invoke", {
      action: "lambda:InvokeFunction",
      principal: "s3.amazonaws.com",
      function: output(worker, "name"),
      sourceArn: output(bucket, "arn")
    })
    const idle = await declared(type.role, "idle-role", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    })
    assert.deepStrictEqual(saidOf(permission, idle), [
      ["the service s3.amazonaws.com", "may invoke Worker, where aws:SourceArn is like the movies bucket"],
      ["the role idle-role", "may do as written: arn:aws:iam::aws:policy/ReadOnlyAccess"]
    ])
  })
})
