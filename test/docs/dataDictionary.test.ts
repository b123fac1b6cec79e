import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { documentedFields } from "../../scripts/dataDictionary.ts"

describe("the data dictionary", () => {
  it.each(Object.entries(documentedFields))("describes every field of the %s with a valid example", (_, fields) => {
    for (const { path, schema, description } of fields) {
      assert.isDefined(description, path)
      assert.isTrue(Schema.is(schema)(description?.example), `the example of ${path}`)
      assert.strictEqual(description?.absent !== undefined, SchemaAST.isOptional(schema.ast), `absent of ${path}`)
    }
  })

  it("contains the fields of nested objects and lists", () => {
    const paths = [...documentedFields.enriched, ...documentedFields.manifest].map(({ path }) => path)
    assert.includeMembers(paths, ["list.crew", "omdb.year.endYear", "omdb.ratings[].score", "gaps[].reason"])
  })
})
