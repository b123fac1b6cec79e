import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { athenaResultsPrefix, keyPattern, latestKey, latestPrefix, prefix } from "../domain/keys.ts"
import { byRunDate } from "../domain/TableItem.ts"
import type { Statement } from "./grants.ts"
import { accountOf, allowPolicy, regionOf } from "./policyDocument.ts"

export interface DatasetReaderArgs {
  readonly bucket: aws.s3.Bucket
  readonly table: aws.dynamodb.Table
  readonly database: aws.glue.CatalogDatabase
  readonly workgroup: aws.athena.Workgroup
}

/** The managed policy of whoever uses the data: read it in S3, query it in DynamoDB and in Athena, and nothing else. */
export class DatasetReader extends pulumi.ComponentResource {
  readonly policy: aws.iam.Policy

  constructor(name: string, args: DatasetReaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DatasetReader", name, {}, opts)
    this.policy = new aws.iam.Policy(
      name,
      {
        description: "Read the dataset of IMDb's top movies",
        policy: allowPolicy([...files(args.bucket), ...items(args.table), ...queries(args)])
      },
      { parent: this }
    )
    this.registerOutputs({ policy: this.policy.arn })
  }
}

const files = (bucket: aws.s3.Bucket): ReadonlyArray<Statement> => {
  const folders = [prefix.csv, prefix.analytics, prefix.reports, latestPrefix, athenaResultsPrefix]
  const keys = [keyPattern.csv, ...keyPattern.analytics, keyPattern.report, ...Object.values(latestKey)]
  return [
    { actions: ["s3:GetObject"], resources: keys.map((key) => pulumi.interpolate`${bucket.arn}/${key}`) },
    {
      actions: ["s3:ListBucket"],
      resources: [bucket.arn],
      condition: { StringLike: { "s3:prefix": folders.map((folder) => `${folder}*`) } }
    }
  ]
}

const items = (table: aws.dynamodb.Table): ReadonlyArray<Statement> => [
  { actions: ["dynamodb:Query"], resources: [table.arn, pulumi.interpolate`${table.arn}/index/${byRunDate}`] }
]

/** What Athena needs of its user: https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html */
const queries = ({ bucket, database, workgroup }: DatasetReaderArgs): ReadonlyArray<Statement> => {
  const inAccount = (service: string, resource: pulumi.Input<string>) =>
    pulumi.interpolate`arn:aws:${service}:${regionOf(database.arn)}:${accountOf(database.arn)}:${resource}`
  const catalog = [inAccount("glue", "catalog"), database.arn]
  return [
    {
      actions: [
        "StartQueryExecution",
        "StopQueryExecution",
        "GetQueryExecution",
        "GetQueryResults",
        "GetWorkGroup"
      ].map((action) => `athena:${action}`),
      resources: [workgroup.arn]
    },
    { actions: ["athena:GetDataCatalog"], resources: [inAccount("athena", "datacatalog/AwsDataCatalog")] },
    // Athena reads the default database too, whichever a query names.
    { actions: ["glue:GetDatabase"], resources: [...catalog, inAccount("glue", "database/default")] },
    {
      actions: ["glue:GetTable", "glue:GetTables", "glue:GetPartitions"],
      resources: [...catalog, inAccount("glue", pulumi.interpolate`table/${database.name}/*`)]
    },
    { actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], resources: [bucket.arn] },
    {
      actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      resources: [pulumi.interpolate`${bucket.arn}/${athenaResultsPrefix}*`]
    }
  ]
}
