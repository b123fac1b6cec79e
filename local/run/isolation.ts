/**
 * Takes a developer's AWS settings out of this process: a profile, a key or an endpoint in the environment must not
 * reach the local cloud's own clients.
 */
export const clearAwsEnvironment = (): void => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name]
  }
  process.env["AWS_CONFIG_FILE"] = "/dev/null"
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
  process.env["AWS_EC2_METADATA_DISABLED"] = "true"
}
