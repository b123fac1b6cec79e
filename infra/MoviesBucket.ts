import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { athenaResultsPrefix, latestPrefix, prefix } from "../domain/keys.ts"

export interface MoviesBucketArgs {
  /** The retention of a run's objects, in days. */
  readonly retentionDays: number
  /** True: versioned, protected, and kept on destroy. False: destroyed with its objects. */
  readonly protectData: boolean
}

/** The bucket of all objects that the pipeline writes: private, TLS only, encrypted, with lifecycle rules. */
export class MoviesBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket

  constructor(name: string, args: MoviesBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:MoviesBucket", name, {}, opts)
    // A bucket that is kept also keeps its protections, which are resources of their own.
    const child = { parent: this, protect: args.protectData, retainOnDelete: args.protectData }
    this.bucket = new aws.s3.Bucket(name, { forceDestroy: !args.protectData }, child)
    const bucket = this.bucket.bucket

    new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child
    )
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      child
    )
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: args.protectData ? "Enabled" : "Suspended" } },
      child
    )
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket,
        rules: [
          ...Object.values(prefix).map((start) => ({
            id: `expire-${start.replace("/", "")}`,
            status: "Enabled",
            filter: { prefix: start },
            expiration: { days: args.retentionDays },
            noncurrentVersionExpiration: { noncurrentDays: 30 }
          })),
          {
            id: "expire-athena-results",
            status: "Enabled",
            filter: { prefix: athenaResultsPrefix },
            expiration: { days: 7 },
            noncurrentVersionExpiration: { noncurrentDays: 1 }
          },
          {
            id: "expire-earlier-latest",
            status: "Enabled",
            filter: { prefix: latestPrefix },
            noncurrentVersionExpiration: { noncurrentDays: 30 }
          },
          {
            id: "abort-unfinished-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
          }
        ]
      },
      child
    )
    new aws.s3.BucketPolicy(
      `${name}-tls-only`,
      {
        bucket,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [this.bucket.arn, pulumi.interpolate`${this.bucket.arn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } }
            }
          ]
        })
      },
      child
    )
    this.registerOutputs({ bucket })
  }
}
