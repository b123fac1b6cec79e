import * as Schema from "effect/Schema"

/** What docs/data-dictionary.md says about a field. */
export interface FieldDescription {
  readonly description: string
  /** The stage or the outside system, with its own name of the field. */
  readonly source: string
  readonly example: unknown
  readonly unit?: string
  /** When an optional field is absent. */
  readonly absent?: string
}

/** Describes a field of a struct. */
export const field = <S extends Schema.Top>(
  schema: S,
  description: string,
  others: Omit<FieldDescription, "description">
): S["Rebuild"] => schema.annotateKey({ fieldDescription: { description, ...others } satisfies FieldDescription })

/** The description of a field of a struct, if it has one. */
export const fieldDescription = (schema: Schema.Top): FieldDescription | undefined => {
  const described = Schema.resolveAnnotationsKey(schema)?.["fieldDescription"]
  return described as FieldDescription | undefined
}

/** An optional field that the source list can leave out. */
export const listField = <S extends Schema.Top>(
  schema: S,
  name: string,
  description: string,
  example: unknown,
  unit?: string
) =>
  field(Schema.optionalKey(schema), description, {
    source: `list \`${name}\``,
    example,
    ...(unit === undefined ? {} : { unit }),
    absent: "the list has no usable value"
  })

/** An optional field that OMDb can leave out. */
export const omdbField = <S extends Schema.Top>(
  schema: S,
  name: string,
  description: string,
  example: unknown,
  others: Partial<FieldDescription> = {}
) =>
  field(Schema.optionalKey(schema), description, {
    source: `OMDb \`${name}\``,
    example,
    absent: "OMDb has no usable value",
    ...others
  })
