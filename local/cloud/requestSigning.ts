import { randomBytes } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { AwsError, accountId, type ServiceName } from "./Service.ts"

export interface Credentials {
  readonly arn: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const randomHex = (bytes: number): string => randomBytes(bytes).toString("hex")

/** The principals by ARN and by access key id. Signatures are not verified: an id that cannot be guessed identifies the caller. */
export const makePrincipals = () => {
  const byArn = new Map<string, Credentials>()
  const byAccessKeyId = new Map<string, Credentials>()

  const create = (arn: string): Credentials => {
    const credentials = { arn, accessKeyId: `AKIA${randomHex(8).toUpperCase()}`, secretAccessKey: randomHex(20) }
    byArn.set(arn, credentials)
    byAccessKeyId.set(credentials.accessKeyId, credentials)
    return credentials
  }
  return {
    /** Returns the same credentials for the same ARN. */
    credentialsFor: (arn: string): Credentials => byArn.get(arn) ?? create(arn),
    withAccessKeyId: (accessKeyId: string): Credentials | undefined => byAccessKeyId.get(accessKeyId),
    admin: create(`arn:aws:iam::${accountId}:user/operator`)
  }
}

export type Principals = ReturnType<typeof makePrincipals>

/** The credential scope of a SigV4 signature. */
export interface SigningScope {
  readonly accessKeyId: string
  readonly region: string
  readonly service: ServiceName
}

const services = new Set<string>([
  "s3",
  "sqs",
  "sns",
  "dynamodb",
  "secretsmanager",
  "lambda",
  "logs"
] satisfies Array<ServiceName>)
const isService = (name: string): name is ServiceName => services.has(name)

const parseScope = (credential: string | undefined): SigningScope | undefined => {
  const [accessKeyId, , region, service, terminator] = credential?.split("/") ?? []
  if (!accessKeyId || !region || !service || terminator !== "aws4_request") return undefined
  if (!isService(service)) throw new AwsError(400, "UnknownService", `The local cloud has no service ${service}.`)
  return { accessKeyId, region, service }
}

/** Undefined if the request has no Authorization header. */
export const readSigningScope = ({ authorization }: IncomingHttpHeaders): SigningScope | undefined =>
  parseScope(/^AWS4-HMAC-SHA256\s+(?:.*[,\s])?Credential=([^,\s]+)/.exec(authorization ?? "")?.[1])
