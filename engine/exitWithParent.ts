// Loaded into Pulumi's language runtime first: when the engine's process ends, even by SIGKILL, the channel closes.
// Without this the program would retry its calls for ever.
process.channel?.unref()
process.once("disconnect", () => process.exit(1))
