import { readFile } from "node:fs/promises"
import * as Schema from "effect/Schema"

const Row = Schema.Struct({ id: Schema.String, rank: Schema.String, title: Schema.String })
export type Row = typeof Row.Type

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ items: Schema.Array(Row) })))

/** The first fifty rows of the sample list, as much of them as stage 1 needs. */
export const rowsOf = async (): Promise<ReadonlyArray<Row>> =>
  decode(await readFile(new URL("../../sample/Top250Movies.json", import.meta.url), "utf8")).items.slice(0, 50)
