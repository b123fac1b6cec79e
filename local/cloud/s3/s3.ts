import type { Server } from "node:http"
import type { CloudEvents } from "../cloudEvents.ts"
import { AwsError, type Caller, type Reply, type Service } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import { listObjectsV2 } from "./listObjectsV2.ts"
import { type Bucket, makeObjects } from "./objects.ts"
import { readS3Request, type S3Request } from "./s3Request.ts"

/** S3 redirects a request that is signed for another region than the bucket's. */
const permanentRedirect = ({ name, region }: Bucket): AwsError =>
  new AwsError(
    301,
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. " +
      "Please send all future requests to this endpoint.",
    {
      headers: { "x-amz-bucket-region": region },
      details: { Endpoint: `${name}.s3.${region}.amazonaws.com`, Bucket: name }
    }
  )

/** S3. fauxqs stores the objects and does not record the buckets' regions. */
export const makeS3 = (fauxqs: Server, events: CloudEvents) => {
  const buckets = new Map<string, Bucket>()
  const objects = makeObjects(fauxqs, events)

  const find = (name: string): Bucket => {
    const bucket = buckets.get(name)
    if (bucket !== undefined) return bucket
    throw new AwsError(404, "NoSuchBucket", "The specified bucket does not exist", { details: { BucketName: name } })
  }

  const createBucket = async (name: string, region: string): Promise<void> => {
    if (buckets.has(name)) {
      const message = "Your previous request to create the named bucket succeeded and you already own it."
      throw new AwsError(409, "BucketAlreadyOwnedByYou", message, { details: { BucketName: name } })
    }
    const { status } = await sendInMemory(fauxqs, { method: "PUT", target: `/${name}`, headers: { host: "127.0.0.1" } })
    if (status !== 200) throw new AwsError(400, "InvalidBucketName", `The specified bucket is not valid: ${name}`)
    buckets.set(name, { name, region, entries: new Map() })
  }

  const run = async (request: S3Request, caller: Caller): Promise<Reply> => {
    switch (request.operation) {
      case "ListBuckets":
        return objects.forward(request)
      case "CreateBucket":
        await createBucket(request.bucket, request.region)
        return { status: 200, headers: { location: `/${request.bucket}` }, body: Buffer.from("") }
    }
    const bucket = find(request.bucket)
    if (bucket.region !== request.region) throw permanentRedirect(bucket)
    switch (request.operation) {
      case "DeleteBucket": {
        const reply = await objects.forward(request)
        if (reply.status < 300) buckets.delete(bucket.name)
        return reply
      }
      case "ListObjectsV2":
        return listObjectsV2(bucket.name, bucket.entries.values(), request.query)
      case "GetObject":
      case "HeadObject":
        return objects.read(request, caller)
      case "PutObject":
        return objects.write(request, bucket, caller)
      case "DeleteObject":
        return objects.remove(request, bucket)
    }
  }

  const service: Service = (incoming) => {
    const request = readS3Request(incoming)
    const { operation, permissions, query } = request
    const context: Record<string, string> = {}
    if (operation === "ListObjectsV2") {
      for (const name of ["prefix", "delimiter"]) {
        const value = query.get(name)
        // A missing parameter is a missing condition key, not an empty one: as on AWS, no condition on it is met.
        if (value !== null) context[`s3:${name}`] = value
      }
    }
    return { name: operation, permissions, context, run: (caller) => run(request, caller) }
  }

  return {
    service,
    createBucket,
    restoreObject: (bucket: string, key: string, body: Uint8Array) => objects.restore(find(bucket), key, body)
  }
}
