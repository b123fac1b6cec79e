import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
import { withNextStep } from "../../operator/aws/nextStep.ts"
import { pathWithPulumi } from "./exampleStack.ts"
import { etl, useOperatedStack } from "./OperatedStack.ts"

describe("withNextStep", () => {
  const deployed = "--stack dev"
  it.each([
    [
      "ExpiredTokenException: The security token included in the request is expired",
      deployed,
      "expired: sign in again"
    ],
    [
      "CredentialsProviderError: Could not load credentials from any providers",
      deployed,
      "There are no AWS credentials"
    ],
    ["TokenRefreshRequired: refresh the token", deployed, "expired: sign in again"],
    ["InvalidSignatureException: Signature expired", deployed, "aws sts get-caller-identity"],
    ["UnrecognizedClientException: The security token is invalid", deployed, "aws sts get-caller-identity"],
    ["ThrottlingException: Rate exceeded", deployed, "AWS throttles the account: wait a minute"],
    ["SlowDown: Please reduce your request rate", deployed, "AWS throttles the account: wait a minute"],
    ["AccessDenied: not authorized to perform: s3:GetObject", deployed, "The credentials do not permit this"],
    ["QueueDoesNotExist: The specified queue does not exist.", deployed, "deploy it with npm run up -- --stack dev"],
    ["NoSuchBucket: The specified bucket does not exist", "--local", "start npm run dev again"],
    ["Error: connect ECONNREFUSED 127.0.0.1:4566", "--local", "The local cloud has stopped: start it with npm run dev"],
    ["Error: getaddrinfo ENOTFOUND sqs.eu-central-1.amazonaws.com", deployed, "check the network"]
  ])("names what to do about %s with %s", (detail, flags, step) => {
    const message = withNextStep(`The queue movies cannot be read: ${detail}`, flags) ?? ""
    assert.isTrue(message.startsWith(`The queue movies cannot be read: ${detail.replace(/\.$/, "")}. `), message)
    assert.include(message, step)
  })

  it("leaves other messages as they are", () => {
    assert.isUndefined(withNextStep("The table cannot be read: InternalServerError: try later", deployed))
  })
})

describe("npm run etl where AWS refuses", () => {
  const { current } = useOperatedStack()

  it.each([[["status"]], [["runs"]], [["movies"]], [["dlq", "list"]], [["logs"]]])(
    "ends with 1 and one sentence for credentials that AWS does not accept: %j",
    async (args) => {
      const { stack } = current()
      onTestFinished(() => void vi.unstubAllEnvs())
      const environment = {
        PATH: await pathWithPulumi(JSON.stringify(stack.program.outputs)),
        AWS_ENDPOINT_URL: stack.cloud.endpoint,
        AWS_REGION: stack.cloud.region,
        AWS_ACCESS_KEY_ID: "AKIAUNKNOWN",
        AWS_SECRET_ACCESS_KEY: "unknown"
      }
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
      const { code, stdout, stderr } = await etl([...args, "--stack", "dev"])
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.match(
        stderr,
        /^[^\n]+ AWS does not accept the credentials: check them with aws sts get-caller-identity\.$/
      )
    }
  )
})
