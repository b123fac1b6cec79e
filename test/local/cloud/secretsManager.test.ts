import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand
} from "@aws-sdk/client-secrets-manager"
import { describe, expect, it } from "vitest"
import { startSharedCloud } from "./testCloud.ts"

const { secrets, clients } = await startSharedCloud()
const { secretsManager } = clients

describe("Secrets Manager", () => {
  it("returns a secret by its name, its ARN and its ARN without the suffix", async () => {
    const arn = secrets.create("imdb/omdb-api-key", "k3y")
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:imdb\/omdb-api-key-[A-Za-z0-9]{6}$/)
    for (const SecretId of ["imdb/omdb-api-key", arn, arn.slice(0, -7)]) {
      expect(await secretsManager.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
        ARN: arn,
        Name: "imdb/omdb-api-key",
        SecretString: "k3y",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: expect.any(Date)
      })
    }
  })

  it("returns the latest value, and the previous one by its stage", async () => {
    const arn = secrets.create("key")
    const get = async (more = {}) =>
      (await secretsManager.send(new GetSecretValueCommand({ SecretId: "key", ...more }))).SecretString
    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" })
    secrets.put(arn, "first")
    const put = new PutSecretValueCommand({ SecretId: "key", SecretString: "second" })
    const { VersionId } = await secretsManager.send(put)
    expect(await get()).toBe("second")
    expect(await get({ VersionId })).toBe("second")
    expect(await get({ VersionStage: "AWSPREVIOUS" })).toBe("first")
    const { VersionIdsToStages } = await secretsManager.send(new DescribeSecretCommand({ SecretId: "key" }))
    expect(VersionIdsToStages?.[`${VersionId}`]).toEqual(["AWSCURRENT"])
  })

  it("reports a secret that does not exist and an operation that is not emulated", async () => {
    await expect(secretsManager.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret."
    })
    await expect(secretsManager.send(new ListSecretsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException"
    })
  })
})
