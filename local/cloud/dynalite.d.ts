declare module "dynalite" {
  import type { Server } from "node:http"

  interface Options {
    /** Milliseconds that a table stays CREATING, DELETING or UPDATING. */
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
  }
  const dynalite: (options?: Options) => Server
  export default dynalite
}
