import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand
} from "@aws-sdk/client-secrets-manager"
import { expect, it } from "vitest"
import { startTestCloud } from "./testCloud.ts"

it("gives a secret an ARN as AWS does and its value by name, ARN and ARN without suffix", async () => {
  const { clients, secrets } = await startTestCloud()
  const arn = secrets.create("imdb/omdb-api-key", "k3y")
  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:imdb\/omdb-api-key-[A-Za-z0-9]{6}$/)
  for (const SecretId of ["imdb/omdb-api-key", arn, arn.slice(0, -7)]) {
    expect(await clients.secretsManager.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      ARN: arn,
      Name: "imdb/omdb-api-key",
      SecretString: "k3y",
      VersionStages: ["AWSCURRENT"],
      CreatedDate: expect.any(Date)
    })
  }
})

it("reads what was set last, and what was before on demand", async () => {
  const { clients, secrets } = await startTestCloud()
  const arn = secrets.create("key")
  const get = async (more = {}) =>
    (await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: "key", ...more }))).SecretString
  await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" })
  secrets.put(arn, "first")
  const put = new PutSecretValueCommand({ SecretId: "key", SecretString: "second" })
  const { VersionId } = await clients.secretsManager.send(put)
  expect(await get()).toBe("second")
  expect(await get({ VersionId })).toBe("second")
  expect(await get({ VersionStage: "AWSPREVIOUS" })).toBe("first")
  const { VersionIdsToStages } = await clients.secretsManager.send(new DescribeSecretCommand({ SecretId: "key" }))
  expect(VersionIdsToStages?.[`${VersionId}`]).toEqual(["AWSCURRENT"])
})

it("says that a secret or an operation is not there", async () => {
  const { clients } = await startTestCloud()
  await expect(clients.secretsManager.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret."
  })
  await expect(clients.secretsManager.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException"
  })
})
