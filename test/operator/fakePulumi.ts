import { chmod, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

/** A PATH whose `pulumi` prints this and exits with this code for the outputs of the stack dev, and with 9 otherwise. */
export const pathWithPulumi = async (output: string, code = 0): Promise<string> => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, "output"), output)
  await writeFile(
    join(directory, "pulumi"),
    `#!/bin/sh\n[ "$*" = "stack output --json --stack dev" ] || exit 9\ncat '${directory}/output'\nexit ${code}\n`
  )
  await chmod(join(directory, "pulumi"), 0o755)
  return `${directory}${delimiter}${process.env["PATH"]}`
}
