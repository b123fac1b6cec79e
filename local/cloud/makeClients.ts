import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SQSClient } from "@aws-sdk/client-sqs"
import type { Credentials } from "./principals.ts"

export interface Clients {
  readonly s3: S3Client
  /** For a bucket in another region: to follow the redirect there would make concurrent calls of one client fail. */
  readonly s3In: (region: string) => S3Client
  readonly sqs: SQSClient
  readonly dynamoDb: DynamoDBClient
  readonly secretsManager: SecretsManagerClient
  readonly destroy: () => void
}

/** The operator's clients of the cloud, for what has to be provisioned and looked at. */
export const makeClients = (endpoint: string, region: string, credentials: Credentials): Clients => {
  const config = { endpoint, region, credentials }
  const s3s = new Map<string, S3Client>()
  const s3In = (bucketRegion: string): S3Client => {
    const known = s3s.get(bucketRegion) ?? new S3Client({ ...config, region: bucketRegion })
    s3s.set(bucketRegion, known)
    return known
  }
  const sqs = new SQSClient(config)
  const dynamoDb = new DynamoDBClient(config)
  const secretsManager = new SecretsManagerClient(config)
  const destroy = () => {
    for (const client of [...s3s.values(), sqs, dynamoDb, secretsManager]) client.destroy()
  }
  return { s3: s3In(region), s3In, sqs, dynamoDb, secretsManager, destroy }
}
