/** Removes the developer's AWS settings from this process: its profile, keys and endpoint must not reach local clients. */
export const clearAwsEnvironment = (): void => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name]
  }
  process.env["AWS_CONFIG_FILE"] = "/dev/null"
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
  process.env["AWS_EC2_METADATA_DISABLED"] = "true"
}
