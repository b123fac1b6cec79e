import type { Server } from "node:http"
import { AwsError } from "../AwsError.ts"
import type { CloudEvents } from "../cloudEvents.ts"
import { xmlDocument } from "../protocol.ts"
import type { Caller, Reply, Service } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import { KeyIndex, listObjectsV2 } from "./KeyIndex.ts"
import { makeObjects } from "./objects.ts"
import { readS3Request, type S3Request } from "./s3Request.ts"

export interface Bucket {
  readonly name: string
  readonly region: string
  readonly index: KeyIndex
}

/** Where each bucket is, which fauxqs does not know. */
export const makeBuckets = () => {
  const buckets = new Map<string, Bucket>()

  const at = (name: string): Bucket => {
    const bucket = buckets.get(name)
    if (bucket !== undefined) return bucket
    throw new AwsError(404, "NoSuchBucket", "The specified bucket does not exist", { details: { BucketName: name } })
  }

  return {
    at,
    requireNew: (name: string): void => {
      if (!buckets.has(name)) return
      const message = "Your previous request to create the named bucket succeeded and you already own it."
      throw new AwsError(409, "BucketAlreadyOwnedByYou", message, { details: { BucketName: name } })
    },
    add: (name: string, region: string): void => {
      buckets.set(name, { name, region, index: new KeyIndex() })
    },
    remove: (name: string): void => {
      buckets.delete(name)
    },
    /** The bucket, for a request signed for its region; S3 sends any other there. */
    signedFor: (name: string, region: string): Bucket => {
      const bucket = at(name)
      if (bucket.region === region) return bucket
      throw new AwsError(
        301,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. " +
          "Please send all future requests to this endpoint.",
        {
          headers: { "x-amz-bucket-region": bucket.region },
          details: { Endpoint: `${name}.s3.${bucket.region}.amazonaws.com`, Bucket: name }
        }
      )
    }
  }
}

export type Buckets = ReturnType<typeof makeBuckets>

const located = (region: string): Reply => {
  const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"
  const named = region === "us-east-1" ? "" : region
  const xml = xmlDocument(`<LocationConstraint xmlns="${xmlns}">${named}</LocationConstraint>`)
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) }
}

/** S3, with fauxqs for the objects. */
export const makeS3 = (fauxqs: Server, events: CloudEvents) => {
  const buckets = makeBuckets()
  const objects = makeObjects(fauxqs, events)

  const createBucket = async (name: string, region: string): Promise<void> => {
    buckets.requireNew(name)
    const { status } = await sendInMemory(fauxqs, { method: "PUT", target: `/${name}`, headers: { host: "127.0.0.1" } })
    if (status !== 200) throw new AwsError(400, "InvalidBucketName", `The specified bucket is not valid: ${name}`)
    buckets.add(name, region)
  }

  const run = async (request: S3Request, caller: Caller): Promise<Reply> => {
    switch (request.operation) {
      case "ListBuckets":
        return objects.forward(request)
      case "CreateBucket":
        await createBucket(request.bucket, request.region)
        return { status: 200, headers: { location: `/${request.bucket}` }, body: Buffer.alloc(0) }
      case "GetBucketLocation":
        return located(buckets.at(request.bucket).region)
    }
    const bucket = buckets.signedFor(request.bucket, request.region)
    switch (request.operation) {
      case "HeadBucket":
        return { status: 200, headers: { "x-amz-bucket-region": bucket.region }, body: Buffer.alloc(0) }
      case "DeleteBucket": {
        const reply = await objects.forward(request)
        if (reply.status < 300) buckets.remove(bucket.name)
        return reply
      }
      case "ListObjectsV2":
        return listObjectsV2(bucket.name, bucket.index, request.query)
      case "GetObject":
      case "HeadObject":
        return objects.read(request, caller)
      case "PutObject":
        return objects.write(request, bucket, caller, "ObjectCreated:Put")
      case "CopyObject":
        return objects.write(request, bucket, caller, "ObjectCreated:Copy")
      case "CompleteMultipartUpload":
        return objects.write(request, bucket, caller, "ObjectCreated:CompleteMultipartUpload")
      case "DeleteObject":
        return objects.remove(request, bucket)
      default:
        return objects.forward(request)
    }
  }

  const service: Service = (incoming) => {
    const request = readS3Request(incoming)
    const { operation, needs, query } = request
    // What a listing does not say is no empty text: as on AWS, the key is missing, and a condition on it is not met.
    const said = ["prefix", "delimiter"].flatMap((name) => {
      const value = operation === "ListObjectsV2" ? query.get(name) : null
      return value === null ? [] : [[`s3:${name}`, value]]
    })
    const context = Object.fromEntries(said)
    return { name: operation, permissions: needs, context, run: (caller) => run(request, caller) }
  }

  return { service, createBucket }
}
