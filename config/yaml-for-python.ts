import * as yaml from "yaml";

/**
 * Values as YAML that PyYAML, which LiteLLM reads its files with, takes for the same values. PyYAML reads YAML 1.1, in which
 * `on`, `1_000`, `12:30`, `2024-08-06` and `=` aren't texts, and takes fewer characters than YAML 1.2 allows. So a text is
 * written as it is only when no version of YAML can take it for something else, and otherwise as JSON writes it.
 *
 * @param value Mappings, lists, texts, numbers and booleans; what is undefined is left out.
 * @returns A document without anchors, whose lines are as long as its texts.
 */
export function yamlForPython(value: unknown): string {
  const document = new yaml.Document(value, {
    aliasDuplicateObjects: false,
    customTags: (tags) => [decimalNumber, ...tags],
  });
  yaml.visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === "string" && !isPlainText(scalar.value)) scalar.type = yaml.Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }).replace(UNREADABLE, escaped);
}

/** A text that begins with a letter or a slash and has nothing of YAML's own in it, in one line of ASCII. */
function isPlainText(text: string): boolean {
  return /^[A-Za-z_/](?:[\w ./@+-]|:(?! ))*$/.test(text) && !/[ :]$/.test(text) && !WORDS.test(text);
}

/** Words that YAML 1.1 or 1.2 takes for booleans, nothing or numbers. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Characters that PyYAML refuses in a file, or takes for a line end; only quoted texts have them. */
const UNREADABLE = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** PyYAML takes 1e-7 for text. */
const decimalNumber: yaml.ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  identify: (value) => typeof value === "number" && !Number.isInteger(value),
  resolve: Number,
  test: /^\d+\.\d+$/,
  stringify: ({ value }) => Number(value).toFixed(12).replace(/0+$/, ""),
};
