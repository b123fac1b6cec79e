import { createHash } from "node:crypto"
import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { datasetTables } from "../domain/dataset.ts"
import { DatasetTable } from "./DatasetTable.ts"

/** A Glue database with a table and a view for each kind of CSV. It costs nothing until it is queried. */
export class DatasetCatalog extends pulumi.ComponentResource {
  readonly database: aws.glue.CatalogDatabase

  constructor(name: string, args: { readonly bucket: aws.s3.Bucket }, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DatasetCatalog", name, {}, opts)
    const child = { parent: this }
    const databaseName = databaseNameOf(pulumi.getProject(), pulumi.getStack())
    this.database = new aws.glue.CatalogDatabase(
      name,
      // A generated name has a hyphen, which SQL needs quotes for.
      { name: databaseName, description: "The CSVs of the movies bucket" },
      child
    )
    for (const table of datasetTables()) {
      const { bucket } = args
      new DatasetTable(`${name}-${table.name}`, { bucket, database: this.database, databaseName, table }, child)
    }
    this.registerOutputs({ database: this.database.name })
  }
}

/** In the characters `a-z0-9_`. A stack's name that has others gets digits of its hash, so that no two are alike. */
export const databaseNameOf = (project: string, stack: string): string => {
  const allowed = (text: string) => text.toLowerCase().replace(/[^a-z0-9_]/g, "_")
  const digits = allowed(stack) === stack ? "" : `_${createHash("sha256").update(stack).digest("hex").slice(0, 6)}`
  return `${allowed(project)}_${allowed(stack)}${digits}`
}
