import { randomInt, randomUUID } from "node:crypto"
import { type Json, parseJson, readOperation, stringAt, unknownOperation } from "./protocol.ts"
import { AwsError, accountId, type Service } from "./Service.ts"

interface Version {
  readonly id: string
  readonly value: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

interface Secret {
  readonly arn: string
  readonly name: string
  /** AWSCURRENT, then AWSPREVIOUS. */
  versions: ReadonlyArray<Version>
}

export interface SecretStore {
  /** Returns the secret's ARN. Without a value the secret has no version. */
  readonly create: (name: string, value?: string) => string
  /** Adds a version, which becomes AWSCURRENT. The id is a name or an ARN. */
  readonly put: (id: string, value: string) => void
}

const stages = ["AWSCURRENT", "AWSPREVIOUS"]
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
const randomSuffix = (): string => Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join("")

const notFound = (resource: string): AwsError =>
  new AwsError(400, "ResourceNotFoundException", `Secrets Manager can't find the specified ${resource}.`)

const addVersion = (secret: Secret, value: string, id: string = randomUUID()): string => {
  if (!secret.versions.some((version) => version.id === id)) {
    const version = { id, value, createdAt: Date.now() / 1000 }
    secret.versions = [version, ...secret.versions].slice(0, stages.length)
  }
  return id
}

const stagesOf = (secret: Secret, { id }: Version): ReadonlyArray<string> =>
  stages.filter((_, position) => secret.versions[position]?.id === id)

const operations: Readonly<Record<string, (secret: Secret, input: Json) => object>> = {
  GetSecretValue: (secret, input) => {
    const id = stringAt(input, "VersionId")
    const stage = stringAt(input, "VersionStage") ?? (id === undefined ? "AWSCURRENT" : undefined)
    const version = secret.versions.find(
      (candidate) =>
        (id === undefined || candidate.id === id) &&
        (stage === undefined || stagesOf(secret, candidate).includes(stage))
    )
    if (version === undefined) {
      throw notFound(`secret value for ${stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`}`)
    }
    return {
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: stagesOf(secret, version),
      CreatedDate: version.createdAt
    }
  },
  PutSecretValue: (secret, input) => {
    const value = stringAt(input, "SecretString")
    if (value === undefined) throw new AwsError(400, "InvalidParameterException", "You must provide SecretString.")
    return {
      VersionId: addVersion(secret, value, stringAt(input, "ClientRequestToken")),
      VersionStages: ["AWSCURRENT"]
    }
  },
  DescribeSecret: (secret) => ({
    VersionIdsToStages: Object.fromEntries(secret.versions.map((version) => [version.id, stagesOf(secret, version)]))
  })
}

/** The operations of Secrets Manager that read and write a secret's text. */
export const makeSecretsManager = (region: string): { readonly secrets: SecretStore; readonly service: Service } => {
  const stored: Array<Secret> = []
  const arnOf = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`

  const find = (id: string): Secret | undefined =>
    stored.find(({ arn, name }) => id === name || id === arn || id === arn.slice(0, -"-123456".length))

  const service: Service = (request) => {
    const name = readOperation(request, "secretsmanager")
    const operation = operations[name]
    if (operation === undefined) throw unknownOperation(name)
    const input = parseJson(request.body.toString())
    const id = stringAt(input, "SecretId") ?? ""
    const secret = find(id)
    const resource = secret?.arn ?? (id.startsWith("arn:") ? id : arnOf(id))
    return {
      name,
      permissions: [{ action: `secretsmanager:${name}`, resources: [resource] }],
      run: async () => {
        if (secret === undefined) throw notFound("secret")
        const output = { ARN: secret.arn, Name: secret.name, ...operation(secret, input) }
        const headers = { "content-type": "application/x-amz-json-1.1" }
        return { status: 200, headers, body: Buffer.from(JSON.stringify(output)) }
      }
    }
  }

  const secrets: SecretStore = {
    create: (name, value) => {
      if (find(name) !== undefined) throw new Error(`The secret ${name} already exists.`)
      const secret = { arn: `${arnOf(name)}-${randomSuffix()}`, name, versions: [] }
      stored.push(secret)
      if (value !== undefined) addVersion(secret, value)
      return secret.arn
    },
    put: (id, value) => {
      const secret = find(id)
      if (secret === undefined) throw new Error(`There is no secret ${id}.`)
      addVersion(secret, value)
    }
  }
  return { secrets, service }
}
