/** The URL of an alarm's runbook, or its path in the repository where the stack's `repositoryUrl` is "". */
export const runbookUrl = (repositoryUrl: string, page: string): string =>
  [repositoryUrl.replace(/\/+$/, ""), `docs/runbooks/${page}.md`].filter((part) => part !== "").join("/")
