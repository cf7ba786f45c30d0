/**
 * Responses are translated as text: numbers keep their spelling (5.0 stays 5.0) and long results are not parsed twice.
 * Quotes inside a JSON string are always escaped, so none of these patterns can match inside a value.
 */
const TAGGED_VALUE = /\{"\$type":"\w+","value":("(?:[^"\\]|\\.)*")\}/g;
const ROOT_KEY = /\{"data":\{"\w+":/;
const ROOT_KEYS = new RegExp(ROOT_KEY, "g");
const GRAPHQL_ROOT = '{"data":{"result":';

/**
 * Translates a response of the JSON protocol to the one of the GraphQL protocol, which the Python client reads: the
 * root key becomes `result` and values lose their type tags.
 *
 * @param text The response to one query, or to a batch.
 * @param isRaw Whether it is the result of raw SQL, whose values may hold any JSON and are never tagged.
 */
export function toGraphqlResponse(text: string, isRaw: boolean): string {
  return isRaw
    ? text.replace(ROOT_KEY, GRAPHQL_ROOT)
    : text.replace(ROOT_KEYS, GRAPHQL_ROOT).replace(TAGGED_VALUE, "$1");
}
