// Loaded into the process of Pulumi's language runtime before Pulumi.
import log from "@pulumi/pulumi/log/index.js"

// When the engine's process ends, even by SIGKILL, the channel closes. Without this the program would retry its calls for ever.
process.channel?.unref()
process.once("disconnect", () => process.exit(1))

// Pulumi's runtime keeps a stack trace for each promise and resolves it with source maps: half a second. The program's
// files run as they are written, so Node's own traces are right.
Object.defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => {} })

// The engine drops debug messages. Sent one after another, they are 500 calls: another half second.
Object.assign(log, { debug: () => Promise.resolve() })
