import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { AnalyticsRow } from "../domain/AnalyticsRow.ts"
import { CsvRow } from "../domain/CsvRow.ts"
import { DatasetNotification } from "../domain/DatasetNotification.ts"
import { type DatasetTable, datasetTables } from "../domain/dataset.ts"
import { type FieldDescription, fieldDescription } from "../domain/field.ts"
import { analyticsNames } from "../domain/keys.ts"
import { EnrichedMovie, Gap } from "../domain/MovieOutcome.ts"
import { Manifest } from "../domain/Run.ts"
import { viewTypes } from "../infra/datasetView.ts"
import { type Sections, table } from "./docSections.ts"

interface DocumentedField {
  /** Of a nested field with the names of its parents: `omdb.plot`. */
  readonly path: string
  readonly schema: Schema.Top
  /** Undefined where the schema has none. */
  readonly description: FieldDescription | undefined
}

const fieldsOf = (fields: Schema.Struct.Fields, parent = ""): ReadonlyArray<DocumentedField> =>
  Object.entries(fields).flatMap(([name, field]) => {
    const schema = Schema.make<Schema.Top>(field.ast)
    const path = `${parent}${name}`
    return [{ path, schema, description: fieldDescription(schema) }, ...nestedFields(field, path)]
  })

/** The fields of a struct or of a list of structs, which may be optional. */
const nestedFields = (schema: object, path: string): ReadonlyArray<DocumentedField> => {
  if ("fields" in schema) return fieldsOf(schema.fields as Schema.Struct.Fields, `${path}.`)
  if ("schema" in schema) return nestedFields(schema.schema as object, path)
  // A record has a value too, and any keys.
  return "value" in schema && !("key" in schema) ? nestedFields(schema.value as object, `${path}[]`) : []
}

/** The fields of each stored form of a movie or run. */
export const documentedFields = {
  csv: fieldsOf(CsvRow.fields),
  enriched: fieldsOf(EnrichedMovie.fields),
  gap: fieldsOf(Gap.fields),
  manifest: fieldsOf(Manifest.fields),
  notification: fieldsOf(DatasetNotification.fields),
  ...Record.map(AnalyticsRow, ({ fields }) => fieldsOf(fields))
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: JsonSchema
}

const typeWords = ({ type, enum: values, minimum, maximum = 0, maxLength, items }: JsonSchema): string => {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ")
  if (type === "integer") return maximum < 1e14 ? `integer, ${minimum} to ${maximum}` : `integer, from ${minimum}`
  if (type === "number") return `number, ${minimum} to ${maximum}, at most two decimals`
  if (type === "array") return items?.type === "string" ? "list of texts" : "list of objects"
  if (type === "string") return maxLength === undefined ? "text" : `text, at most ${maxLength} characters`
  return type ?? "any"
}

const row = ({ path, schema, description }: DocumentedField): ReadonlyArray<string> => [
  `\`${path}\``,
  Schema.resolveAnnotations(schema)?.format ?? typeWords(Schema.toJsonSchemaDocument(schema).schema),
  description?.unit ?? "",
  description?.description ?? "",
  description?.source ?? "",
  `\`${typeof description?.example === "string" ? description.example : JSON.stringify(description?.example)}\``,
  description?.absent ?? "never"
]

const head = ["Type", "Unit", "Description", "Source", "Example", "Absent when"]

const fieldTable = (fields: ReadonlyArray<DocumentedField>) => table(["Field", ...head], fields.map(row))

/** A table of the columns of a CSV: their names, and their types in the view. */
const columnTable = (
  name: DatasetTable["name"],
  fields: ReadonlyArray<DocumentedField>,
  more: ReadonlyArray<string>,
  cells: (row: ReadonlyArray<string>) => ReadonlyArray<string>
) => {
  const columns = datasetTables().find((each) => each.name === name)?.columns ?? []
  const rows = columns.map((column, index) => {
    const field = fields[index]
    const type = `\`${viewTypes[column.type].sql}\``
    return field === undefined ? [] : [`\`${column.name}\``, ...cells(row(field)), type]
  })
  return table(["Column", ...more, ...head, "Type in Athena"], rows)
}

/** The sections of docs/data-dictionary.md. */
export const dictionarySections = (): Sections => ({
  columns: columnTable("movies", documentedFields.csv, ["Attribute"], (cells) => cells),
  analytics: analyticsNames
    .map((name) => `### ${name}\n\n${columnTable(name, documentedFields[name], [], (cells) => cells.slice(1))}`)
    .join("\n\n"),
  enriched: fieldTable(documentedFields.enriched),
  gap: fieldTable(documentedFields.gap),
  manifest: fieldTable(documentedFields.manifest),
  notification: fieldTable(documentedFields.notification)
})
