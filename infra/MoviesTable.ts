import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { byRunDate } from "../domain/TableItem.ts"

export interface MoviesTableArgs {
  /** True: protected, and kept on destroy. False: destroyed with its rows. */
  readonly protectData: boolean
}

/** One item per movie and run: the key gives a movie's history, the index a run's ranking. */
export class MoviesTable extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table

  constructor(name: string, args: MoviesTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:MoviesTable", name, {}, opts)
    this.table = new aws.dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "imdbId",
        rangeKey: "runDate",
        attributes: [
          { name: "imdbId", type: "S" },
          { name: "runDate", type: "S" },
          { name: "rank", type: "N" }
        ],
        globalSecondaryIndexes: [{ name: byRunDate, hashKey: "runDate", rangeKey: "rank", projectionType: "ALL" }],
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.protectData
      },
      { parent: this, protect: args.protectData, retainOnDelete: args.protectData }
    )
    this.registerOutputs({ table: this.table.name })
  }
}
