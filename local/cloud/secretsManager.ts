import { randomBytes, randomUUID } from "node:crypto"
import { parseJson, readOperation, stringAt, unknownOperation } from "./protocol.ts"
import { AwsError, accountId, type Service } from "./Service.ts"

interface Secret {
  readonly arn: string
  readonly name: string
  /** Undefined until the first value is put. */
  value: string | undefined
}

export interface SecretStore {
  /** Creates a secret without a value and returns its ARN. */
  readonly create: (name: string) => string
  /** Replaces the value. The id is a name or an ARN. */
  readonly put: (id: string, value: string) => void
}

const notFound = (resource: string): AwsError =>
  new AwsError(400, "ResourceNotFoundException", `Secrets Manager can't find the specified ${resource}.`)

/** GetSecretValue and PutSecretValue of texts. A secret has one version, its current value. */
export const makeSecretsManager = (region: string): { readonly secrets: SecretStore; readonly service: Service } => {
  const stored: Array<Secret> = []
  const arnOf = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`

  const find = (id: string): Secret | undefined =>
    stored.find(({ arn, name }) => id === name || id === arn || id === arn.slice(0, -"-123456".length))

  const service: Service = (request) => {
    const name = readOperation(request, "secretsmanager")
    if (name !== "GetSecretValue" && name !== "PutSecretValue") throw unknownOperation(name)
    const input = parseJson(request.body.toString())
    const id = stringAt(input, "SecretId") ?? ""
    const secret = find(id)
    const resource = secret?.arn ?? (id.startsWith("arn:") ? id : arnOf(id))
    return {
      name,
      permissions: [{ action: `secretsmanager:${name}`, resources: [resource] }],
      run: async () => {
        if (secret === undefined) throw notFound("secret")
        if ("VersionId" in input || "VersionStage" in input) {
          throw new AwsError(400, "NotImplemented", "The local cloud has only the current value of a secret.")
        }
        if (name === "PutSecretValue") secret.value = stringAt(input, "SecretString")
        if (secret.value === undefined) throw notFound("secret value for staging label: AWSCURRENT")
        const identity = { ARN: secret.arn, Name: secret.name, VersionId: randomUUID(), VersionStages: ["AWSCURRENT"] }
        const output = name === "GetSecretValue" ? { ...identity, SecretString: secret.value } : identity
        const headers = { "content-type": "application/x-amz-json-1.1" }
        return { status: 200, headers, body: Buffer.from(JSON.stringify(output)) }
      }
    }
  }

  const secrets: SecretStore = {
    create: (name) => {
      const arn = `${arnOf(name)}-${randomBytes(3).toString("hex")}`
      stored.push({ arn, name, value: undefined })
      return arn
    },
    put: (id, value) => {
      const secret = find(id)
      if (secret === undefined) throw notFound("secret")
      secret.value = value
    }
  }
  return { secrets, service }
}
