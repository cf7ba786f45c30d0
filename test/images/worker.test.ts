import { existsSync, readFileSync } from "node:fs";

import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { expect, it } from "vitest";

// No container can be built where the tests run: what can go wrong before that is looked for in the text.

const FOLDER = "images/worker";
const text = readFileSync(`${FOLDER}/Dockerfile`, "utf8");
const dockerfile = DockerfileParser.parse(text);
const ignored = readFileSync(`${FOLDER}/Dockerfile.dockerignore`, "utf8");

const instructions = (keyword: string): Instruction[] =>
  dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
const argumentsOf = (instruction: Instruction | undefined) => instruction?.getArgumentsContent() ?? "";
const copied = instructions("COPY").flatMap((copy) =>
  copy
    .getArguments()
    .slice(0, -1)
    .map((argument) => argument.getValue()),
);

it("the worker's image is made of what every builder knows, from one base that a digest can be given to", () => {
  const known = /^(ARG|FROM|COPY|RUN|ENV|WORKDIR|USER|HEALTHCHECK|CMD)$/;
  expect(dockerfile.getInstructions().filter((one) => !known.test(one.getKeyword()))).toEqual([]);
  expect(instructions("FROM").map(argumentsOf)).toEqual(["${PYTHON}"]);
  expect(instructions("ARG").map(argumentsOf)).toEqual([
    expect.stringMatching(/^PYTHON=docker\.io\/library\/python:\d+\.\d+-slim(@sha256:[0-9a-f]{64})?$/),
  ]);
});

it("the worker's image copies files that are there, and its builder gets these and nothing else of the checkout", () => {
  expect(copied).not.toEqual([]);
  expect(copied.filter((file) => !existsSync(file))).toEqual([]);
  const rules = ignored.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(rules).toEqual(["*", ...copied.map((file) => `!${file}`)]);
});

it("the worker's image has what the stack's own Sagewai is installed from, by hashes, and builds nothing", () => {
  expect(copied).toContain("toolchain/python/requirements/sagewai.txt");
  const [install] = instructions("RUN").map(argumentsOf);
  for (const option of ["--require-hashes", "--no-deps", "--only-binary=:all:", "pip check"]) {
    expect(install).toContain(option);
  }
});

it("the worker's image runs as a user with a number, the one that a cluster runs Sagewai's as, and holds no secret", () => {
  expect(argumentsOf(instructions("USER").at(-1))).toBe("1001:1001");
  expect(readFileSync("components/kubernetes/images.ts", "utf8")).toContain("user: 1001");
  const variables = [...instructions("ENV"), ...instructions("ARG")].map(argumentsOf).join(" ");
  expect(variables).not.toMatch(/KEY|TOKEN|PASSWORD|SECRET|DATABASE/);
});

it("the worker's image ends as it is told, and says whether it is healthy, by commands without a shell", () => {
  expect(argumentsOf(instructions("CMD")[0])).toBe('["python", "worker.py"]');
  expect(argumentsOf(instructions("HEALTHCHECK")[0])).toContain('CMD ["python", "worker.py", "--healthy"]');
});
