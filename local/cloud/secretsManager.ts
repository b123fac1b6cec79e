import { randomInt, randomUUID } from "node:crypto"
import { AwsError, wrongRegion } from "./AwsError.ts"
import { type Json, parseJson, readOperation, stringAt } from "./protocol.ts"
import { accountId, type Service } from "./Service.ts"

interface Version {
  readonly id: string
  readonly value: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

interface Secret {
  readonly arn: string
  readonly name: string
  /** The latest first: AWSCURRENT, then AWSPREVIOUS. */
  versions: ReadonlyArray<Version>
}

export interface SecretStore {
  /** The new secret's ARN; without a value it has none yet. */
  readonly create: (name: string, value?: string) => string
  /** Sets what AWSCURRENT is, by name or ARN. */
  readonly put: (id: string, value: string) => void
}

const stages = ["AWSCURRENT", "AWSPREVIOUS"]
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
const suffix = (): string => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("")

const notFound = (what: string): AwsError =>
  new AwsError(400, "ResourceNotFoundException", `Secrets Manager can't find the specified ${what}.`)

const write = (secret: Secret, value: string, id: string): void => {
  if (secret.versions.some((version) => version.id === id)) return
  secret.versions = [{ id, value, createdAt: Date.now() / 1000 }, ...secret.versions].slice(0, stages.length)
}

const stagesOf = (secret: Secret, { id }: Version): ReadonlyArray<string> =>
  stages.filter((_, position) => secret.versions[position]?.id === id)

const named = ({ arn, name }: Secret) => ({ ARN: arn, Name: name })

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
      ...named(secret),
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: stagesOf(secret, version),
      CreatedDate: version.createdAt
    }
  },
  PutSecretValue: (secret, input) => {
    const value = stringAt(input, "SecretString")
    if (value === undefined) throw new AwsError(400, "InvalidParameterException", "You must provide SecretString.")
    const id = stringAt(input, "ClientRequestToken") ?? randomUUID()
    write(secret, value, id)
    return { ...named(secret), VersionId: id, VersionStages: ["AWSCURRENT"] }
  },
  DescribeSecret: (secret) => ({
    ...named(secret),
    VersionIdsToStages: Object.fromEntries(secret.versions.map((version) => [version.id, stagesOf(secret, version)]))
  })
}

/** As much of Secrets Manager as reads and sets a secret's text. */
export const makeSecretsManager = (region: string): { readonly secrets: SecretStore; readonly service: Service } => {
  const known: Array<Secret> = []
  const arnOf = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`

  const find = (id: string): Secret | undefined =>
    known.find(({ arn, name }) => id === name || id === arn || id === arn.slice(0, -"-123456".length))

  const service: Service = (request) => {
    if (request.region !== region) throw wrongRegion("secretsmanager", request.region)
    const name = readOperation(request, "secretsmanager")
    const operation = operations[name]
    if (operation === undefined) {
      throw new AwsError(400, "UnknownOperationException", `The local cloud does not know the operation ${name}.`)
    }
    const input = parseJson(request.body.toString())
    const id = stringAt(input, "SecretId") ?? ""
    const secret = find(id)
    const resource = secret?.arn ?? (id.startsWith("arn:") ? id : arnOf(id))
    return {
      name,
      permissions: [{ action: `secretsmanager:${name}`, resources: [resource] }],
      context: {},
      run: async () => {
        if (secret === undefined) throw notFound("secret")
        const body = Buffer.from(JSON.stringify(operation(secret, input)))
        return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body }
      }
    }
  }

  const secrets: SecretStore = {
    create: (name, value) => {
      if (find(name) !== undefined) throw new Error(`there is already a secret ${name}`)
      const secret = { arn: `${arnOf(name)}-${suffix()}`, name, versions: [] }
      known.push(secret)
      if (value !== undefined) write(secret, value, randomUUID())
      return secret.arn
    },
    put: (id, value) => {
      const secret = find(id)
      if (secret === undefined) throw new Error(`there is no secret ${id}`)
      write(secret, value, randomUUID())
    }
  }
  return { secrets, service }
}
