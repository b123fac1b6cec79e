import { assert, describe, it } from "@effect/vitest"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"
import { type Family, faults, type NameOf } from "./faults.ts"

type Tests<F extends Family> = Readonly<Record<NameOf<F>, (warm: SharedStack) => Promise<void>>>

/** One test for each fault of a family, on one warm stack. A fault that never happened fails its test. */
export const matrix = <F extends Family>(family: F, tests: Tests<F>): void => {
  describe(`The failure matrix, ${family}`, () => {
    const { current } = useSharedStack()
    const named: ReadonlyArray<[string, (warm: SharedStack) => Promise<void>]> = Object.entries(tests)
    const ends = new Map<string, string>(Object.entries(faults[family]))

    it("has a test for each fault of its list", () => {
      assert.sameMembers(
        named.map(([name]) => name),
        [...ends.keys()]
      )
    })
    for (const [name, test] of named) {
      it(`${name}: ${ends.get(name)}`, async () => {
        await test(current())
        assert.deepStrictEqual(current().unmetFaults(), [])
      })
    }
  })
}
