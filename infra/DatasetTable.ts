import { Buffer } from "node:buffer"
import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import type { DatasetTable as Description } from "../domain/dataset.ts"
import { viewOf, viewTypes } from "./datasetView.ts"

export interface DatasetTableArgs {
  readonly bucket: aws.s3.Bucket
  readonly database: aws.glue.CatalogDatabase
  /** Of the database, as text: Athena's form of a view contains it. */
  readonly databaseName: string
  readonly table: Description
}

/**
 * A folder of CSVs in Athena: the table `<name>_csv` of texts as they are in the files, and the view `<name>` with types.
 * Athena computes the partitions from the table's parameters, so nothing is to be done when a run is added.
 */
export class DatasetTable extends pulumi.ComponentResource {
  constructor(name: string, args: DatasetTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DatasetTable", name, {}, opts)
    const { bucket, databaseName, table } = args
    const inDatabase = { databaseName: args.database.name }
    const runDate = { name: "run_date", type: "date" }
    const location = pulumi.interpolate`s3://${bucket.bucket}/${table.folder}`
    const csv = new aws.glue.CatalogTable(
      `${name}-csv`,
      {
        ...inDatabase,
        name: `${table.name}_csv`,
        tableType: "EXTERNAL_TABLE",
        parameters: {
          EXTERNAL: "TRUE",
          classification: "csv",
          "skip.header.line.count": "1",
          "projection.enabled": "true",
          "projection.run_date.type": "date",
          "projection.run_date.format": "yyyy-MM-dd",
          // In UTC, and a run date may be ahead of it.
          "projection.run_date.range": `${firstRunDate},NOW+1DAYS`,
          "projection.run_date.interval": "1",
          "projection.run_date.interval.unit": "DAYS",
          "storage.location.template": pulumi.interpolate`${location}run_date=\${run_date}/`
        },
        partitionKeys: [runDate],
        storageDescriptor: {
          location,
          inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          serDeInfo: {
            serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
            // By default \ is the escape character, and lost where it does not stand before a quote.
            parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\u0001" }
          },
          // Two columns of one name are an error, so the file's own run date has another name than the partition's.
          columns: table.columns.map((column) => ({
            name: column.name === runDate.name ? "csv_run_date" : column.name,
            type: "string"
          }))
        }
      },
      { parent: this }
    )
    const view = {
      originalSql: viewOf(databaseName, `${table.name}_csv`, table),
      catalog: "awsdatacatalog",
      schema: databaseName,
      columns: table.columns.map(({ name, type }) => ({ name, type: viewTypes[type].sql }))
    }
    new aws.glue.CatalogTable(
      name,
      {
        ...inDatabase,
        name: table.name,
        tableType: "VIRTUAL_VIEW",
        parameters: { presto_view: "true", comment: "Presto View" },
        // The form in which Athena itself stores a view.
        viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`,
        viewExpandedText: "/* Presto View */",
        storageDescriptor: {
          // Athena expects a SerDe, and the provider leaves out an empty one.
          serDeInfo: { name: "-", serializationLibrary: "-" },
          columns: table.columns.map(({ name, type }) => ({ name, type: viewTypes[type].hive }))
        }
      },
      { parent: this, dependsOn: [csv] }
    )
    this.registerOutputs({})
  }
}

/** Athena finds no run before it. */
const firstRunDate = "2026-01-01"
