import { assert, describe, it } from "@effect/vitest"
import { anAccount, call } from "./account.ts"
import * as ours from "./ours.ts"
import { account, arn, document } from "./policies.ts"

const bucket = arn.bucket(ours.names.bucket)
const stream = (name: string) => arn.log(`${name}-logs`, "2026/11/21/[$LATEST]0a1b")

describe("a role of ours", () => {
  it.each([
    ["getMovies", "s3:GetObject", "arn:aws:s3:::top-movies/Top250Movies.json", true],
    ["getMovies", "s3:GetObject", "arn:aws:s3:::top-movies/Other.json", false],
    ["getMovies", "s3:PutObject", `${bucket}/runs/run_date=2026-11-21/roster.json`, true],
    ["getMovies", "s3:PutObject", `${bucket}/runs/run_date=2026-11-21/manifest.json`, false],
    ["getMovies", "s3:PutObject", "arn:aws:s3:::movies-1a2b3c4-too/runs/run_date=2026-11-21/roster.json", false],
    ["getMovies", "sqs:SendMessage", arn.queue("movies"), true],
    ["getMovies", "sqs:SendMessage", arn.queue("movies-dead-letters"), false],
    ["getMovies", "sqs:ReceiveMessage", arn.queue("movies"), false],
    ["getMovies", "sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:movies", false],
    ["getMovies", "logs:PutLogEvents", stream("GetMoviesAndSendToQueue"), true],
    ["getMovies", "logs:PutLogEvents", stream("EnrichAndStoreMovie"), false],
    ["enrich", "sqs:DeleteMessage", arn.queue("movies"), true],
    ["enrich", "s3:PutObject", `${bucket}/enriched/run_date=2026-11-21/tt0111161.json`, true],
    ["enrich", "s3:PutObject", `${bucket}/csv/run_date=2026-11-21/movies.csv`, false],
    ["enrich", "s3:DeleteObject", `${bucket}/enriched/run_date=2026-11-21/tt0111161.json`, false],
    ["enrich", "secretsmanager:GetSecretValue", ours.secret, true],
    ["enrich", "secretsmanager:PutSecretValue", ours.secret, false],
    ["load", "dynamodb:PutItem", arn.table("movies"), true],
    ["load", "dynamodb:BatchWriteItem", arn.table("movies"), false],
    ["load", "dynamodb:PutItem", `${arn.table("movies")}/index/byRunDate`, false]
  ] as const)("%s, %s on %s: %j", (role, action, resource, expected) => {
    assert.strictEqual(anAccount().authorize(call(role, action, resource)).allowed, expected)
  })

  it("lists a bucket only below the prefixes it may", () => {
    const list = (context: Record<string, string>) =>
      anAccount().authorize(call("enrich", "s3:ListBucket", bucket, context)).allowed
    assert.isTrue(list({ "s3:prefix": "enriched/run_date=2026-11-21/" }))
    assert.isFalse(list({ "s3:prefix": "runs/" }))
    assert.isFalse(list({ "s3:prefix": "" }))
    assert.isFalse(list({}))
  })

  it("that nobody made may do nothing", () => {
    const principalArn = arn.role("unheard-of")
    const decision = anAccount().authorize({
      ...call("getMovies", "sqs:SendMessage", arn.queue("movies")),
      principalArn
    })
    assert.isFalse(decision.allowed)
  })

  it("loses what is no longer in a policy put under the same name", () => {
    const iam = anAccount()
    iam.putRolePolicy(ours.names.load, "load-policy", document({ Effect: "Allow", Action: "s3:*", Resource: "*" }))
    assert.isFalse(iam.authorize(call("load", "dynamodb:PutItem", arn.table("movies"))).allowed)
  })
})

describe("a policy of ours on a resource", () => {
  it("lets nobody at the bucket without TLS", () => {
    const put = (transport: string) =>
      call("getMovies", "s3:PutObject", `${bucket}/runs/run_date=2026-11-21/roster.json`, {
        "aws:SecureTransport": transport
      })
    const iam = anAccount()
    assert.isTrue(iam.authorize(put("true")).allowed)
    assert.deepStrictEqual(iam.authorize(put("false")), {
      allowed: false,
      message:
        `User: ${arn.role(ours.names.getMovies)} is not authorized to perform: s3:PutObject on resource: ` +
        `"${bucket}/runs/run_date=2026-11-21/roster.json" with an explicit deny in a resource-based policy`
    })
  })

  const of = (bucket: string, owner = account) => ({ "aws:SourceArn": arn.bucket(bucket), "aws:SourceAccount": owner })
  it.each([
    ["for our bucket", "s3.amazonaws.com", of(ours.names.bucket), true],
    ["for a bucket of another name", "s3.amazonaws.com", of("movies"), false],
    ["for another account's bucket of that name", "s3.amazonaws.com", of(ours.names.bucket, "111111111111"), false],
    ["for no one in particular", "s3.amazonaws.com", {}, false],
    ["as another service", "sns.amazonaws.com", of(ours.names.bucket), false]
  ])("S3 sends to the loads queue %s", (_, service, context, expected) => {
    const sent = { principalArn: service, action: "sqs:SendMessage", resources: [arn.queue("loads")], context }
    assert.strictEqual(anAccount().authorize(sent).allowed, expected)
  })

  it("says nothing of another resource", () => {
    const context = of(ours.names.bucket)
    const resources = [arn.queue("movies")]
    const iam = anAccount()
    iam.authorize({ principalArn: "s3.amazonaws.com", action: "sqs:SendMessage", resources, context })
    assert.deepStrictEqual(
      iam.denied.map(({ message }) => message),
      [
        `User: s3.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${arn.queue("movies")} ` +
          "because no resource-based policy allows the sqs:SendMessage action"
      ]
    )
  })
})
