import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { CannotRun } from "../cli/CommandErrors.ts"
import { type PulumiProgram, runProgram } from "../engine/PulumiProgram.ts"
import { readStackFile } from "../engine/stackFile.ts"
import { type Cloud, startCloud } from "./cloud/startCloud.ts"
import { Iam } from "./iam/Iam.ts"
import { makeServiceAuthorization } from "./iam/serviceAuthorization.ts"
import { type Lambda, startLambda } from "./lambda/Lambda.ts"
import { type OmdbStandIn, startOmdb } from "./omdb/startOmdb.ts"
import { makeProvider } from "./provider/provider.ts"
import { type ResourceNames, resourceNames, sourceListLocation } from "./ResourceNames.ts"

export const projectRoot = fileURLToPath(new URL("..", import.meta.url))

export interface LocalStackOptions {
  /** The content of the source list. */
  readonly sourceList: Uint8Array
  /** An OMDb API and a key for it; undefined: a stand-in. */
  readonly omdb?: { readonly url: string; readonly key: string } | undefined
  /** Undefined: any free port. */
  readonly port?: number | undefined
  /** Of the orders that AWS leaves open; undefined: a new one. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal
}

/** The Pulumi program, running on this machine. */
export interface LocalStack {
  readonly cloud: Cloud
  readonly lambda: Lambda
  /** The declared roles and policies, the denied calls and the unused grants. */
  readonly iam: Iam
  /** Undefined where another OMDb API is in use. */
  readonly omdb: OmdbStandIn | undefined
  readonly program: PulumiProgram
  readonly names: ResourceNames
  readonly stop: () => Promise<void>
}

const standInKey = "local-key"

/** Starts the local cloud and runs the dev stack's program on it. When it fails or is aborted, it stops everything. */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const signal = options.signal ?? new AbortController().signal
  const cleanups: Array<() => Promise<void>> = []
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }
  try {
    await mkdir(join(projectRoot, ".build"), { recursive: true }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new CannotRun({
        message: `The functions cannot be bundled: ${reason}. Use a checkout that can be written.`
      })
    })
    const stack = await readStackFile(projectRoot, "dev")
    const omdb = options.omdb === undefined ? await startOmdb({ key: standInKey }) : undefined
    if (omdb !== undefined) cleanups.push(omdb.close)
    const { url, key } = options.omdb ?? { url: omdb?.url ?? "", key: standInKey }

    const cloud = await startCloud({
      region: stack.config["aws:region"] ?? "eu-central-1",
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.seed === undefined ? {} : { seed: options.seed })
    }).catch((cause: unknown) => {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")) throw cause
      throw new CannotRun({
        message: `The port ${options.port} is in use: give another with --port (npm start takes any free port without it).`
      })
    })
    cleanups.push(cloud.stop)
    const iam = new Iam()
    const { authorize, mayInvoke, mayWriteLog: writesLog } = makeServiceAuthorization(iam, cloud)
    cloud.authorize = authorize
    const lambda = startLambda(cloud, { mayInvoke, onLogWrite: writesLog })
    cleanups.push(lambda.stop)
    cloud.functions = lambda

    const program = await runProgram({
      root: projectRoot,
      project: stack.project,
      stack: stack.name,
      config: {
        ...stack.config,
        [`${stack.project}:omdbBaseUrl`]: url,
        [`${stack.project}:omdbApiKey`]: key,
        // --omdb-url names the server.
        [`${stack.project}:allowPlainHttp`]: "true"
      },
      secretKeys: [`${stack.project}:omdbApiKey`],
      createResource: makeProvider({ cloud, lambda, iam }),
      loadedBefore: import.meta.resolve("../infra/buildAhead.ts"),
      signal
    })
    await cloud.createBucket(sourceListLocation(program).bucket, sourceListLocation(program).region)
    await putSourceList({ cloud, program }, options.sourceList)
    signal.throwIfAborted()
    return { cloud, lambda, iam, omdb, program, names: resourceNames(program), stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

/** Replaces the source list. */
export const putSourceList = async (
  { cloud, program }: Pick<LocalStack, "cloud" | "program">,
  content: Uint8Array
): Promise<void> => {
  const { bucket, key, region } = sourceListLocation(program)
  await cloud.clients.s3In(region).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }))
}
