/** Whether a model of a key's list, which may be a pattern such as `openai/*`, lets the key use another name. */
export function isAllowed(own: string, model: string): boolean {
  return own === model || (own.endsWith("*") && model.startsWith(own.slice(0, -1)));
}
