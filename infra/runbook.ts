/**
 * Where an alarm's runbook is read: an address, or its path in the repository where the stack is not told the
 * repository's own, which nothing in the repository knows.
 */
export const runbookUrl = (repositoryUrl: string, page: string): string =>
  [repositoryUrl, `docs/runbooks/${page}.md`].filter((part) => part !== "").join("/")
