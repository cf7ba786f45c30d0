// Loaded before a plugin that is not ours (`node --import`). The engine holds the other end of standard input: its end
// is the engine's, even after `kill -9`, and nobody is left to serve.
process.stdin
  .on("close", () => process.exit())
  .on("error", () => process.exit())
  .resume();
