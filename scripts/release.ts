import { writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { declareStack } from "../plan/declareStack.ts"
import { releaseFile, releaseOf } from "./released.ts"

// Run it once `prod` is deployed: the next upgrade is compared with the file.
const program = await declareStack({ root: fileURLToPath(new URL("..", import.meta.url)), stack: "prod" })
const lines = releaseOf(program).resources.map((resource) => JSON.stringify(resource))
await writeFile(releaseFile, `{"resources":[\n${lines.join(",\n")}\n]}\n`)
console.log("infra/released.json: written")
