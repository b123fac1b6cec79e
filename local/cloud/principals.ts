import { randomInt } from "node:crypto"
import { accountId } from "./Service.ts"

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
