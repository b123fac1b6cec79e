import { fromEnv } from "@aws-sdk/credential-provider-env"

/**
 * In bundles, in place of `@aws-sdk/credential-provider-node`: Lambda sets a function's credentials as environment
 * variables. The other sources (SSO, files, processes, web identities, instance metadata) are 110 kB that are never used.
 */
export const defaultProvider = () => fromEnv()
