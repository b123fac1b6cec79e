import { randomInt } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { AwsError } from "./AwsError.ts"
import { queryOf } from "./protocol.ts"
import { accountId, type ServiceName } from "./Service.ts"

/** What a signature says of a request: who signed it, for which region and which service. */
export interface SigningScope {
  readonly accessKeyId: string
  readonly region: string
  readonly service: ServiceName
}

const services: ReadonlyArray<string> = [
  "s3",
  "sqs",
  "dynamodb",
  "secretsmanager",
  "lambda"
] satisfies ReadonlyArray<ServiceName>
const isService = (name: string): name is ServiceName => services.includes(name)

const scopeIn = (credential: string | undefined): SigningScope | undefined => {
  const [accessKeyId, , region, service, terminator] = credential?.split("/") ?? []
  if (!accessKeyId || !region || !service || terminator !== "aws4_request") return undefined
  if (!isService(service)) throw new AwsError(400, "UnknownService", `The local cloud has no service ${service}.`)
  return { accessKeyId, region, service }
}

const inHeader = (headers: IncomingHttpHeaders): SigningScope | undefined =>
  scopeIn(/^AWS4-HMAC-SHA256\s+(?:.*[,\s])?Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1])

/** A presigned request, which only S3 knows. */
const inQuery = (target: string): SigningScope | undefined => {
  const query = queryOf(target)
  const scope = scopeIn(query.get("X-Amz-Credential") ?? undefined)
  if (scope?.service !== "s3") return undefined
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? []
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const endsAt = signedAt + Number(query.get("X-Amz-Expires") ?? Number.NaN) * 1000
  if (!(endsAt > Date.now())) throw new AwsError(403, "AccessDenied", "Request has expired")
  return scope
}

/** Undefined: the request is not signed for a service of this cloud. */
export const readSigningScope = (target: string, headers: IncomingHttpHeaders): SigningScope | undefined =>
  headers.authorization === undefined ? inQuery(target) : inHeader(headers)

export interface Credentials {
  readonly arn: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const random = (length: number): string => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("")

/** Who is who by access key id. The ids cannot be guessed: signatures are not verified, so the id is what proves the caller. */
export const makePrincipals = () => {
  const byArn = new Map<string, Credentials>()
  const byAccessKeyId = new Map<string, Credentials>()

  const mint = (arn: string): Credentials => {
    const credentials = { arn, accessKeyId: `AKIA${random(16)}`, secretAccessKey: random(40) }
    byArn.set(arn, credentials)
    byAccessKeyId.set(credentials.accessKeyId, credentials)
    return credentials
  }
  return {
    /** The same ARN gets the same key. */
    of: (arn: string): Credentials => byArn.get(arn) ?? mint(arn),
    withKey: (accessKeyId: string): Credentials | undefined => byAccessKeyId.get(accessKeyId),
    admin: mint(`arn:aws:iam::${accountId}:user/operator`)
  }
}

export type Principals = ReturnType<typeof makePrincipals>
