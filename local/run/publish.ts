import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type LocalStack, root } from "../LocalStack.ts"

/** A file for each port: several local clouds may be up at once. */
const fileOf = ({ cloud }: LocalStack): string => join(root, `.local/dev-${new URL(cloud.endpoint).port}.json`)

/**
 * Tells the operator's commands, and no other user of this machine, where the cloud is, the key that may do everything
 * there, and the program's outputs.
 */
export const publish = async (stack: LocalStack): Promise<void> => {
  const { cloud, program } = stack
  const { accessKeyId, secretAccessKey } = cloud.admin
  const site = { endpoint: cloud.endpoint, region: cloud.region, credentials: { accessKeyId, secretAccessKey } }
  const file = fileOf(stack)
  await mkdir(dirname(file), { recursive: true })
  // One that a killed cloud left would keep the permissions it has.
  await rm(file, { force: true })
  await writeFile(file, `${JSON.stringify({ site, outputs: program.outputs })}\n`, { mode: 0o600, flag: "wx" })
}

/** The cloud is going. */
export const withdraw = (stack: LocalStack): Promise<void> => rm(fileOf(stack), { force: true })
