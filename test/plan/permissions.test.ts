import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { groupByPrincipal } from "../../plan/Plan.ts"
import { permissionsOf } from "../../plan/permissions/permissions.ts"
import { indexResources } from "../../plan/resources.ts"
import { declared, output, type } from "./declaredResource.ts"

const bucket = declared(type.bucket, "movies")
const queue = declared(type.queue, "movies")
const role = declared(type.role, "worker-role")
const worker = declared(type.function, "Worker", { role: output(role, "arn") })
const ofRole = { role: output(role, "name") }

/** Each principal with its sentences. */
const sentencesOf = (...others: ReadonlyArray<RegisteredResource>) => {
  const resources = [bucket, queue, role, worker, ...others]
  const principals = groupByPrincipal(permissionsOf(resources, indexResources(resources)), () => false)
  return principals.map(({ who, sentences }) => [who, ...sentences])
}

const objects = (...keys: ReadonlyArray<string>) => keys.map((key) => `${output(bucket, "arn")}/${key}`)
const notAction = { Effect: "Allow", NotAction: "s3:DeleteBucket", Resource: "*" }

describe("permissions in words", () => {
  it.each([
    [
      "names an action without words, beside those with words",
      { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:PurgeQueue"], Resource: output(queue, "arn") },
      "may send to and do sqs:PurgeQueue on the queue movies"
    ],
    [
      "names a resource outside the stack by its ARN",
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-central-1:123456789012:theirs" },
      "may send to arn:aws:sqs:eu-central-1:123456789012:theirs"
    ],
    ["names wildcards", { Effect: "Allow", Action: "*", Resource: "*" }, "may do * on *"],
    ["shows a statement with an unknown element as JSON", notAction, `has the policy ${JSON.stringify(notAction)}`],
    [
      "describes a denial, and names an unknown operator of its condition",
      {
        Effect: "Deny",
        Action: "s3:GetObject",
        Resource: objects("csv/*"),
        Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"] } }
      },
      "may never get csv/* in the bucket movies, where aws:SourceIp IpAddress 10.0.0.0/8 or 192.168.0.0/16"
    ],
    [
      "names the keys of a bucket's objects",
      { Effect: "Allow", Action: "s3:PutObject", Resource: objects("a.json", "b/x-*.json") },
      "may put a.json and b/x-*.json in the bucket movies"
    ]
  ])("%s", (_, statement, sentence) => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] })
    const rolePolicy = declared(type.rolePolicy, "worker-policy", { ...ofRole, policy })
    assert.deepStrictEqual(sentencesOf(rolePolicy), [["Worker", sentence]])
  })

  it("shows a managed policy by its ARN, a policy that is not JSON as it is, and that there is a secret one", () => {
    const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess"
    const attached = declared("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { ...ofRole, policyArn })
    const broken = declared(type.rolePolicy, "b", { ...ofRole, policy: "{" })
    const secret = declared(type.rolePolicy, "c", { ...ofRole, policy: '{"Statement":"hush"}' }, ["policy"])
    const secretBucketPolicy = declared("aws:s3/bucketPolicy:BucketPolicy", "d", { policy: '{"Statement":"hush"}' }, [
      "policy"
    ])
    assert.deepStrictEqual(sentencesOf(attached, broken, secret, secretBucketPolicy), [
      ["Worker", `has the policy ${policyArn}, { and (secret)`]
    ])
  })

  it("describes a managed policy by the roles that it is attached to, and by itself where there is none", () => {
    const policy = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn" } })
    const managed = declared("aws:iam/policy:Policy", "reader", { policy })
    const policyArn = output(managed, "arn")
    const attached = declared("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { ...ofRole, policyArn })
    assert.deepStrictEqual(sentencesOf(managed), [["the policy reader", "may list arn"]])
    assert.deepStrictEqual(sentencesOf(managed, attached), [["Worker", "may list arn"]])
  })

  it("describes a bucket's policy by its principals, and a schedule by its role", () => {
    const statement = (Effect: string, Principal: unknown, Action: string, Condition: object) => ({
      ...{ Effect, Principal, Action, Condition, Resource: [output(bucket, "arn"), ...objects("*")] }
    })
    const Statement = [
      statement("Deny", "*", "s3:*", { Bool: { "aws:SecureTransport": "false" } }),
      statement("Allow", { Service: "x.amazonaws.com", AWS: "*" }, "s3:ListBucket", {})
    ]
    const bucketPolicy = declared("aws:s3/bucketPolicy:BucketPolicy", "b", {
      policy: JSON.stringify({ Statement })
    })
    const target = { roleArn: output(role, "arn") }
    const invoke = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: output(worker, "arn") }
    const policy = JSON.stringify({ Statement: invoke })
    assert.deepStrictEqual(
      sentencesOf(
        bucketPolicy,
        declared(type.schedule, "daily", { target }),
        declared(type.rolePolicy, "p", { ...ofRole, policy })
      ),
      [
        [
          "anyone",
          "may never do s3:* on the bucket movies and * in the bucket movies, where aws:SecureTransport Bool false",
          "may list the bucket movies and * in the bucket movies"
        ],
        ["the service x.amazonaws.com", "may list the bucket movies and * in the bucket movies"],
        ["Worker", "may invoke Worker"],
        ["the schedule daily", "may invoke Worker"]
      ]
    )
  })

  it("shows a Lambda permission as it is declared, and the policies of a role that no resource uses", () => {
    const inputs = { action: "lambda:InvokeFunction", function: output(worker, "name"), principal: "s3.amazonaws.com" }
    const permission = declared("aws:lambda/permission:Permission", "s3-may-invoke", inputs)
    const managedPolicyArns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    const unused = declared(type.role, "unused-role", { managedPolicyArns })
    assert.deepStrictEqual(sentencesOf(permission, unused), [
      ["s3.amazonaws.com", `has the policy ${JSON.stringify(inputs)}`],
      ["the role unused-role", "has the policy arn:aws:iam::aws:policy/ReadOnlyAccess"]
    ])
  })
})
