// Loaded into Pulumi's language runtime before all else: when the engine's process is gone, however it went, the
// channel to it closes, and a program that waits for its answers would try for ever.
process.channel?.unref()
process.once("disconnect", () => process.exit(1))
