import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { camelToSnake } from "effect/String"

/** A column of a CSV. */
export interface Column<Field extends string = string> {
  /** The key in the schema, in camelCase. */
  readonly field: Field
  /** The name in the CSV's header, in snake_case. */
  readonly name: string
  readonly type: "text" | "number" | "list"
}

const typeOf = ({ ast }: Schema.Top): Column["type"] => {
  const encoded = SchemaAST.toEncoded(ast)
  if (SchemaAST.isNumber(encoded)) return "number"
  return SchemaAST.isArrays(encoded) ? "list" : "text"
}

/** The columns of a CSV, in order: the fields of the schema of its rows. */
export const columnsOf = <F extends Record<string, Schema.Top>>(fields: F): ReadonlyArray<Column<keyof F & string>> =>
  Object.entries(fields).map(([field, schema]) => ({ field, name: camelToSnake(field), type: typeOf(schema) }))
