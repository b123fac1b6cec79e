/** Beside the local cloud's 4566. */
export const defaultConsolePort = 4567
