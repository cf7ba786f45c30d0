import * as z from "zod";

/** Parameters of requests beyond the public APIs. */
export const parameters = () =>
  z.array(z.string().regex(/^[a-z][a-z0-9_]*$/, "is not a parameter's name; write one such as top_k")).default([]);
