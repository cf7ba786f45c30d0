import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";
import * as yaml from "yaml";

import { yamlForPython } from "../../config/yaml-for-python.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";

/** The file read by the loader that LiteLLM uses, as JSON; each text of it is a text there too, or the test sees it. */
async function asPyYamlReads(file: string): Promise<unknown> {
  const python = join(await pythonEnvironment("litellm"), "bin", "python");
  const program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer.read()), sys.stdout)";
  const { stdout } = await execa(python, ["-c", program], { input: file, env: { PYTHONUTF8: "1" } });
  return JSON.parse(stdout);
}

/** Texts that YAML 1.1, YAML 1.2, PyYAML or all of them take for something else when they stand there as they are. */
const NASTY = [
  ...[
    "on",
    "Off",
    "yes",
    "NO",
    "y",
    "n",
    "true",
    "False",
    "null",
    "NULL",
    "~",
    "",
    " ",
    "=",
    "<<",
    "-",
    "?",
    ":",
    "|",
    ">",
  ],
  ...[
    "1_000",
    "1,000",
    "0x1F",
    "0o17",
    "017",
    "0b101",
    "1e3",
    "1e-7",
    "1.",
    ".5",
    "-.inf",
    ".NaN",
    "12:30",
    "190:20:30.5",
  ],
  ...["2024-08-06", "2024-08-06T10:00:00Z", "2024-8-6 1:2:3 +1", "+1", "-1", "١٢٣", "1\u00a0000"],
  ...[
    "a: b",
    "a:",
    "a :b",
    "a #b",
    "#a",
    "%a",
    "@a",
    "`a",
    "!a",
    "!!str a",
    "&a",
    "*a",
    "{a",
    "[a",
    "]",
    "}",
    ",",
    "'a'",
    '"a"',
  ],
  ...[
    "--- a",
    "---",
    "...",
    "- a",
    "? a",
    "a\tb",
    "\ta",
    "a\t",
    "a\nb",
    "a\n",
    "\n",
    "a\r\nb",
    "a\rb",
    "a\u0085b",
    "a\u2028b",
  ],
  ...[
    "a\0b",
    "a\u0007b",
    "a\u001bb",
    "a\u007fb",
    "a\u009fb",
    "a\ufeffb",
    "\ufeffa",
    "a\ufffeb",
    "a\uffffb",
    "a\\b",
    "\\n",
    '\\"',
  ],
  ...[
    "Grüße",
    "日本語",
    "a 😀 b",
    "https://llm.example:8443/v1",
    "a  b",
    " a",
    "a ",
    `${"long ".repeat(100)}end`,
    "os.environ/KEY",
  ],
];

/** Texts made of the parts of which YAML makes something. */
function* random(count: number): Generator<string> {
  const parts = [
    ...NASTY,
    ..." \t\n : # - ? ! & * | > % @ ` ' \" { } [ ] , . _ ~ = + 0 1 7 8 9 e E x o a Z".split(/(?<=.)/su),
  ];
  // The same texts in each run: https://en.wikipedia.org/wiki/Linear_congruential_generator
  let state = 13;
  const next = (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let made = 0; made < count; made += 1) {
    yield Array.from({ length: 1 + next(5) }, () => parts[next(parts.length)] ?? "").join("");
  }
}

it("the YAML that the program writes means the same texts to LiteLLM's YAML parser, as names and as values, whatever they look like", async () => {
  const texts = [...NASTY, ...random(4000)];
  const value = { list: texts, names: Object.fromEntries(texts.map((text) => [text, text])) };
  const file = yamlForPython(value);
  expect(await asPyYamlReads(file)).toEqual(value);
  expect(yaml.parse(file)).toEqual(value);
}, 120_000);

it("the YAML that the program writes means the same numbers, booleans and structures", async () => {
  const value = {
    numbers: [0, -1, 1_000_000, 2 ** 31 - 1, 0.5, 1e-7, 0.000_000_15, 2.5e-6, 123_456.75],
    others: [true, false, null, [], {}, [[1]]],
    shared: [value5, value5],
  };
  expect(await asPyYamlReads(yamlForPython(value))).toEqual(value);
}, 60_000);

const value5 = { five: 5 };

it("the YAML that the program writes leaves what needs no quotes as people write it", () => {
  expect(yamlForPython({ model: "openai/gpt-4o", url: "https://llm.example:8443/v1", route: "/v1/models" })).toBe(
    "model: openai/gpt-4o\nurl: https://llm.example:8443/v1\nroute: /v1/models\n",
  );
});
