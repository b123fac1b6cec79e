import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { athenaResultsPrefix } from "../domain/keys.ts"

/** The Athena workgroup of the dataset: its settings override those of a query. It costs nothing until a query runs. */
export class DatasetWorkgroup extends pulumi.ComponentResource {
  readonly workgroup: aws.athena.Workgroup

  constructor(name: string, args: { readonly bucket: aws.s3.Bucket }, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DatasetWorkgroup", name, {}, opts)
    this.workgroup = new aws.athena.Workgroup(
      name,
      {
        configuration: {
          enforceWorkgroupConfiguration: true,
          // Years of runs of 250 movies; a terabyte costs five dollars.
          bytesScannedCutoffPerQuery: 1_073_741_824,
          publishCloudwatchMetricsEnabled: false,
          resultConfiguration: { outputLocation: pulumi.interpolate`s3://${args.bucket.bucket}/${athenaResultsPrefix}` }
        },
        // Without it, a workgroup that ran a query cannot be deleted.
        forceDestroy: true
      },
      { parent: this }
    )
    this.registerOutputs({ workgroup: this.workgroup.name })
  }
}
