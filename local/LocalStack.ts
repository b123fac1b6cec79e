import { fileURLToPath } from "node:url"
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { CannotRun } from "../cli/CommandErrors.ts"
import { type PulumiProgram, runProgram } from "../engine/PulumiProgram.ts"
import { readStackFile } from "../engine/stackFile.ts"
import { type Cloud, startCloud } from "./cloud/startCloud.ts"
import { Iam } from "./iam/Iam.ts"
import { RedrivePermissions } from "./iam/RedrivePermissions.ts"
import { makeServiceAuthorization } from "./iam/serviceAuthorization.ts"
import { type Lambda, startLambda } from "./lambda/Lambda.ts"
import { type OmdbStandIn, startOmdb } from "./omdb/startOmdb.ts"
import { type DeclaredOnly, makeProvider } from "./provider/provider.ts"
import { type ResourceNames, resourceNames, sourceListLocation } from "./ResourceNames.ts"

export const projectRoot = fileURLToPath(new URL("..", import.meta.url))

export interface LocalStackOptions {
  /** The bytes that lie where the program's source list is read from. */
  readonly sourceList: Uint8Array
  /** An OMDb and the key for it; absent: the stand-in. */
  readonly omdb?: { readonly url: string; readonly key: string }
  /** Configuration over what the stack's file says, by its short name. */
  readonly config?: Readonly<Record<string, string>>
  readonly port?: number
  readonly signal?: AbortSignal
}

/** The Pulumi program, running on this machine. */
export interface LocalStack {
  readonly cloud: Cloud
  readonly lambda: Lambda
  /** The roles and policies that the program declares, and what became of them. */
  readonly iam: Iam
  /** Absent where another OMDb is in use. */
  readonly omdb: OmdbStandIn | undefined
  readonly program: PulumiProgram
  readonly names: ResourceNames
  readonly declaredOnly: ReadonlyArray<DeclaredOnly>
  readonly stop: () => Promise<void>
}

const publishSourceList = async (cloud: Cloud, program: PulumiProgram, bytes: Uint8Array) => {
  const { bucket, key, region } = sourceListLocation(program)
  await cloud.createBucket(bucket, region)
  await cloud.clients.s3In(region).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
}

const localKey = "local-key"

/** Starts the local cloud and runs the dev stack's program against it. Whatever fails, nothing is left running. */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const signal = options.signal ?? new AbortController().signal
  const cleanups: Array<() => Promise<void>> = []
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }
  try {
    const stack = await readStackFile(projectRoot, "dev")
    const omdb = options.omdb === undefined ? await startOmdb({ key: localKey }) : undefined
    if (omdb !== undefined) cleanups.push(omdb.close)
    const { url, key } = options.omdb ?? { url: omdb?.url ?? "", key: localKey }

    const cloud = await startCloud({
      region: stack.config["aws:region"] ?? "eu-central-1",
      ...(options.port === undefined ? {} : { port: options.port })
    }).catch((cause: unknown) => {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")) throw cause
      throw new CannotRun({
        message: `The port ${options.port} is taken: give another with --port, or none for any free one.`
      })
    })
    cleanups.push(cloud.stop)
    const iam = new Iam()
    const { authorize, mayInvoke, mayWriteLog: writesLog } = makeServiceAuthorization(iam, cloud)
    cloud.authorize = authorize
    const lambda = startLambda(cloud, { mayInvoke, onLogWrite: writesLog })
    cleanups.push(lambda.stop)
    cloud.functions = lambda

    const { create, declaredOnly } = makeProvider({ cloud, lambda, iam, redrivePermissions: new RedrivePermissions() })
    const ours = { ...options.config, omdbBaseUrl: url, omdbApiKey: key }
    const program = await runProgram({
      root: projectRoot,
      project: stack.project,
      stack: stack.name,
      config: {
        ...stack.config,
        ...Object.fromEntries(Object.entries(ours).map(([name, value]) => [`${stack.project}:${name}`, value]))
      },
      secretKeys: [`${stack.project}:omdbApiKey`],
      createResource: create,
      signal
    })
    await publishSourceList(cloud, program, options.sourceList)
    return { cloud, lambda, iam, omdb, program, names: resourceNames(program), declaredOnly: declaredOnly(), stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}
