import { assert, describe, it } from "@effect/vitest"
import { Iam } from "../../../local/iam/Iam.ts"
import { anAccount, call } from "./account.ts"
import * as ours from "./ours.ts"
import { account, arn, document } from "./policies.ts"

const bucket = arn.bucket(ours.names.bucket)

describe("an account", () => {
  it("refuses a policy that it cannot enforce, and one of a role it does not have", () => {
    const iam = anAccount()
    const unknown = document({ Effect: "Allow", NotAction: "s3:*", Resource: "*" })
    assert.throws(() => iam.putRole({ name: "r", arn: arn.role("r"), trust: unknown }), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy(ours.names.load, "p", unknown), "MalformedPolicyDocument")
    assert.throws(() => iam.putBucketPolicy("movies", unknown), "MalformedPolicyDocument")
    assert.throws(() => iam.putQueuePolicy(arn.queue("movies"), unknown), "MalformedPolicyDocument")
    assert.throws(() => iam.putRolePolicy("nobody", "p", ours.load), "NoSuchEntity")
  })

  it("refuses a resource's policy that is about another resource", () => {
    const iam = new Iam()
    assert.throws(() => iam.putBucketPolicy("movies", ours.tlsOnly), "MalformedPolicy")
    assert.throws(() => iam.putQueuePolicy(arn.queue("movies"), ours.bucketMaySend), "MalformedPolicy")
  })

  it("lets a service assume a role by the role's trust", () => {
    const assume = (service: string, context = {}) =>
      anAccount().mayAssume(service, arn.role(ours.names.daily), context).allowed
    assert.isTrue(assume("scheduler.amazonaws.com", { "aws:SourceAccount": account }))
    assert.isFalse(assume("scheduler.amazonaws.com", { "aws:SourceAccount": "111111111111" }))
    assert.isFalse(assume("scheduler.amazonaws.com"))
    assert.isFalse(assume("lambda.amazonaws.com", { "aws:SourceAccount": account }))
    assert.isTrue(anAccount().mayAssume("lambda.amazonaws.com", arn.role(ours.names.load), {}).allowed)
    assert.isFalse(anAccount().mayAssume("lambda.amazonaws.com", arn.role("unheard-of"), {}).allowed)
  })

  it("tells of each refusal once, in AWS's words", () => {
    const iam = anAccount()
    const put = call("enrich", "s3:PutObject", `${bucket}/csv/x`)
    for (let attempt = 0; attempt < 3; attempt++) iam.authorize(put)
    iam.authorize(call("enrich", "sqs:SendMessage", arn.queue("exports")))
    const user = `User: ${arn.role(ours.names.enrich)} is not authorized to perform:`
    assert.deepStrictEqual(iam.denied, [
      {
        principal: arn.role(ours.names.enrich),
        action: "s3:PutObject",
        resource: `${bucket}/csv/x`,
        message: `${user} s3:PutObject on resource: "${bucket}/csv/x" because no identity-based policy allows the s3:PutObject action`
      },
      {
        principal: arn.role(ours.names.enrich),
        action: "sqs:SendMessage",
        resource: arn.queue("exports"),
        message: `${user} sqs:SendMessage on resource: ${arn.queue("exports")} because no identity-based policy allows the sqs:SendMessage action`
      }
    ])
  })
})
