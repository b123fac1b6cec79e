import type { LocalStack } from "../LocalStack.ts"

/** Where faults happen. Without the stand-in, another OMDb is in use, and none can happen there. */
export type Site = Pick<LocalStack, "cloud" | "lambda" | "names" | "omdb" | "program">
