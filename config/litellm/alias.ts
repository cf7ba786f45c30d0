/** Control characters, line ends, and `..` between slashes: LiteLLM refuses them in an alias (`raise_if_unsafe_secret_name`). */
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const UNSAFE = /(^|\/)\.\.(\/|$)|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether LiteLLM takes a text for the alias of a key. */
export function isAlias(text: string): boolean {
  return !UNSAFE.test(text);
}
