import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand
} from "@aws-sdk/client-s3"
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { CreateQueueCommand, ListQueuesCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import type { AuthorizationRequest } from "../../../local/cloud/executeCall.ts"
import type { Cloud } from "../../../local/cloud/startCloud.ts"
import { denyActions, recordCalls, s3ClientAs, sqsClientAs, startTestCloud, testRole } from "./testCloud.ts"

const configOf = ({ endpoint, region, credentialsFor: principal }: Cloud) => ({
  endpoint,
  region,
  credentials: principal(testRole),
  maxAttempts: 1
})

it("refuses an access key that it never gave out, as each service does", async () => {
  const cloud = await startTestCloud()
  const credentials = { accessKeyId: "AKIASTRANGER", secretAccessKey: "secret" }
  const config = { ...configOf(cloud), credentials }
  await expect(s3ClientAs(cloud, { credentials }).send(new ListBucketsCommand({}))).rejects.toMatchObject({
    name: "InvalidAccessKeyId",
    $metadata: { httpStatusCode: 403 }
  })
  await expect(sqsClientAs(cloud, { credentials }).send(new ListQueuesCommand({}))).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    $metadata: { httpStatusCode: 403 }
  })
  const refusal = { name: "UnrecognizedClientException", $metadata: { httpStatusCode: 400 } }
  await expect(new DynamoDBClient(config).send(new ListTablesCommand({}))).rejects.toMatchObject(refusal)
  const getSecret = new GetSecretValueCommand({ SecretId: "key" })
  await expect(new SecretsManagerClient(config).send(getSecret)).rejects.toMatchObject(refusal)
})

it("says AccessDenied as each service does when authorize says no", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  const secret = cloud.secrets.create("omdb", "key")
  cloud.authorize = denyActions("s3:PutObject", "sqs:SendMessage", "dynamodb:GetItem", "secretsmanager:GetSecretValue")

  await expect(
    s3ClientAs(cloud).send(new PutObjectCommand({ Bucket: "movies", Key: "a", Body: "a" }))
  ).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: ${testRole} is not authorized to perform: s3:PutObject on: arn:aws:s3:::movies/a`,
    $metadata: { httpStatusCode: 403 }
  })
  const send = new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }] })
  await expect(sqsClientAs(cloud).send(send)).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: ${testRole} is not authorized to perform: sqs:SendMessage on: arn:aws:sqs:eu-west-1:000000000000:movies`,
    $metadata: { httpStatusCode: 403 }
  })
  const getItem = new GetItemCommand({ TableName: "movies", Key: { id: { S: "a" } } })
  await expect(new DynamoDBClient(configOf(cloud)).send(getItem)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: ${testRole} is not authorized to perform: dynamodb:GetItem on: arn:aws:dynamodb:eu-west-1:000000000000:table/movies`,
    $metadata: { httpStatusCode: 400 }
  })
  const getSecret = new GetSecretValueCommand({ SecretId: "omdb" })
  await expect(new SecretsManagerClient(configOf(cloud)).send(getSecret)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: ${testRole} is not authorized to perform: secretsmanager:GetSecretValue on: ${secret}`,
    $metadata: { httpStatusCode: 400 }
  })
})

it("does not do what was denied, and tells which permission was missing", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  cloud.authorize = denyActions("s3:PutObject")
  const calls = recordCalls(cloud)
  await expect(
    s3ClientAs(cloud).send(new PutObjectCommand({ Bucket: "movies", Key: "a", Body: "a" }))
  ).rejects.toThrow()
  const need = { action: "s3:PutObject", resources: ["arn:aws:s3:::movies/a"] }
  expect(calls).toEqual([
    {
      principal: testRole,
      service: "s3",
      operation: "PutObject",
      ...need,
      status: 403,
      denied: need,
      at: expect.any(Number)
    }
  ])
  const { KeyCount } = await cloud.clients.s3.send(new ListObjectsV2Command({ Bucket: "movies" }))
  expect(KeyCount).toBe(0)
})

it("never asks about the operator", async () => {
  const cloud = await startTestCloud()
  cloud.authorize = () => ({ allowed: false, message: "nobody may" })
  await cloud.createBucket("movies", cloud.region)
  await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "movies", Key: "a", Body: "a" }))
})

it("asks with IAM's names for actions, resources and conditions", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  const asked: Array<AuthorizationRequest> = []
  cloud.authorize = (call) => {
    asked.push(call)
    return { allowed: true }
  }
  const [s3, sqs, dynamoDb] = [s3ClientAs(cloud), sqsClientAs(cloud), new DynamoDBClient(configOf(cloud))]
  const object = { Bucket: "movies", Key: "enriched/../é b.json" }
  await s3.send(new PutObjectCommand({ ...object, Body: "a" }))
  await s3.send(
    new CopyObjectCommand({ Bucket: "movies", Key: "copy", CopySource: "movies/enriched/../%C3%A9%20b.json" })
  )
  await s3.send(new HeadObjectCommand(object))
  await s3.send(new DeleteObjectCommand(object))
  await s3.send(new ListObjectsV2Command({ Bucket: "movies", Prefix: "enriched/" }))
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }] }))
  await dynamoDb.send(new ListTablesCommand({}))

  expect(asked.map(({ action, resources }) => [action, ...resources])).toEqual([
    ["s3:PutObject", "arn:aws:s3:::movies/enriched/../é b.json"],
    ["s3:PutObject", "arn:aws:s3:::movies/copy"],
    ["s3:GetObject", "arn:aws:s3:::movies/enriched/../é b.json"],
    ["s3:GetObject", "arn:aws:s3:::movies/enriched/../é b.json"],
    ["s3:DeleteObject", "arn:aws:s3:::movies/enriched/../é b.json"],
    ["s3:ListBucket", "arn:aws:s3:::movies"],
    ["sqs:SendMessage", "arn:aws:sqs:eu-west-1:000000000000:movies"],
    ["dynamodb:ListTables", "*"]
  ])
  expect(asked.find(({ action }) => action === "s3:ListBucket")).toMatchObject({
    principalArn: testRole,
    service: "s3",
    context: { "aws:SecureTransport": "true", "aws:PrincipalArn": testRole, "s3:prefix": "enriched/" }
  })
})

it("tells only those who may list a bucket that a key is not there", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const s3 = s3ClientAs(cloud)
  const missing = new GetObjectCommand({ Bucket: "movies", Key: "missing" })
  await expect(s3.send(missing)).rejects.toMatchObject({ name: "NoSuchKey", $metadata: { httpStatusCode: 404 } })
  cloud.authorize = denyActions("s3:ListBucket")
  await expect(s3.send(missing)).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } })
})

it("accepts no signature for another region where there is only one", async () => {
  const cloud = await startTestCloud()
  await expect(sqsClientAs(cloud, { region: "us-east-1" }).send(new ListQueuesCommand({}))).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
    message: "Credential should be scoped to a valid region, not 'us-east-1'."
  })
  const config = { ...configOf(cloud), region: "us-east-1" }
  await expect(new DynamoDBClient(config).send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: "InvalidSignatureException"
  })
})
