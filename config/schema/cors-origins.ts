import * as z from "zod";

/** An origin as browsers send it: in lower case, without a default port or anything behind the port. */
const ORIGIN = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/;

/** A list of nothing, where an empty variable would mean everybody to LiteLLM. */
const NOBODY = ",";

/** The web pages whose scripts may read what a service answers. */
export const corsOrigins = () => {
  const origin = z.string().refine(isOrigin, { error: ({ input }) => problem(String(input)) });
  return z.array(origin, "is not a list; write each origin as an entry of its own").default([]);
};

/** The value of a variable that lists origins. */
export function listOfOrigins(origins: string[]): string {
  return origins.join(",") || NOBODY;
}

function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.parse(text)?.origin === text;
}

function problem(text: string): string {
  if (text.includes("*")) return "lets in every web page; name each origin, and leave the list out for none";
  if (text === "null") return "is what pages of unknown origin send; name the origin of a server";
  const { origin = "null" } = URL.parse(text) ?? {};
  const example = isOrigin(origin) ? origin : "https://chat.example.com";
  return `is not an origin; write a scheme, a host and no more but a port, such as "${example}"`;
}
