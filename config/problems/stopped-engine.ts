import { status } from "@grpc/grpc-js";

/** What a program ends with that has said what is wrong (`cmd/run/index.js` of Pulumi's SDK): the language host adds nothing. */
const SAID = 32;

/** What the engine, and the SDK after it, say to a program that still waits for answers. */
const STOPPED = /resource monitor (shut down|is terminating)/i;

// The engine stops when it finds something wrong, and says what. The answers that the program still waits for fail then, which
// the SDK would report as a fault of the program, with a stack trace, if the engine is there for long enough to hear of it.
process.prependListener("unhandledRejection", (reason) => {
  const { code, details, message = "" } = (reason ?? {}) as { code?: unknown; details?: string; message?: string };
  const isOfConnection = code === status.UNAVAILABLE || code === status.CANCELLED;
  if (isOfConnection && STOPPED.test(details ?? message)) process.exit(SAID);
});
