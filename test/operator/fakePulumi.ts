import { chmod, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

/** A path on which `pulumi` is a command that says this and leaves with this code, whatever it is asked. */
export const pathWithPulumi = async (says: string, code = 0): Promise<string> => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, "says"), says)
  await writeFile(
    join(directory, "pulumi"),
    `#!/bin/sh\n[ "$*" = "stack output --json --stack dev" ] || exit 9\ncat '${directory}/says'\nexit ${code}\n`
  )
  await chmod(join(directory, "pulumi"), 0o755)
  return `${directory}${delimiter}${process.env["PATH"]}`
}
