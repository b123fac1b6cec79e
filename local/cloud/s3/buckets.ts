import { AwsError } from "../AwsError.ts"
import { KeyIndex } from "./KeyIndex.ts"

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
