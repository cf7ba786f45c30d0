import * as yaml from "yaml";

/** What a kubeconfig may say: where clusters are, and credentials that stand in it. */
const ALLOWED: Record<"config" | "cluster" | "user" | "context", readonly string[]> = {
  config: ["apiVersion", "kind", "preferences", "extensions", "clusters", "users", "contexts", "current-context"],
  cluster: [
    ...["server", "certificate-authority-data", "tls-server-name", "insecure-skip-tls-verify", "proxy-url"],
    ...["disable-compression", "extensions"],
  ],
  user: [
    ...["token", "username", "password", "client-certificate-data", "client-key-data"],
    ...["as", "as-uid", "as-groups", "as-user-extra", "extensions"],
  ],
  context: ["cluster", "user", "namespace", "extensions"],
};

/** What runs a program, whoever reads the file. */
const PROGRAMS = ["exec", "auth-provider"];

const NO_KUBECONFIG = "is not a kubeconfig; write the path of one, or leave it out to use that of kubectl";

/**
 * What is wrong with the text of a kubeconfig that a stack file names, reading on from its path: nothing for one that only
 * says where a cluster is and holds credentials itself. One that runs a program, or reads other files and sends them
 * to a server of its choice, may only be the machine's own. No message shows what the file contains but names of fields.
 */
export function kubeconfigProblem(text: string): string | undefined {
  const document = yaml.parseAllDocuments(text, { version: "1.2", strict: true });
  const [only, ...others] = "empty" in document ? [] : document;
  // What two parsers could read in two ways is read by nobody.
  if (!only || others.length > 0 || only.errors.length > 0 || only.warnings.length > 0 || !isPlain(only)) {
    return NO_KUBECONFIG;
  }
  const config: unknown = only.toJS();
  if (!isRecord(config) || (config["kind"] ?? "Config") !== "Config") return NO_KUBECONFIG;
  const parts = [
    { kind: "config" as const, part: config },
    ...entries(config["clusters"], "cluster"),
    ...entries(config["users"], "user"),
    ...entries(config["contexts"], "context"),
  ];
  const unknown = parts.flatMap(({ kind, part }) =>
    isRecord(part) ? Object.keys(part).filter((field) => !ALLOWED[kind].includes(field)) : [undefined],
  );
  return unknown.length === 0 ? undefined : refusal(unknown);
}

function refusal(unknown: (string | undefined)[]): string {
  const [field] = unknown;
  if (unknown.includes(undefined) || field === undefined) return NO_KUBECONFIG;
  const program = unknown.find((one) => one !== undefined && PROGRAMS.includes(one));
  if (program !== undefined) {
    return `has a user with \`${program}\`, which runs a program on each machine that previews this stack; name a file with a token or a certificate in it, or leave it out to use that of kubectl, which may run programs`;
  }
  return `has the field \`${field}\`, and may only say where a cluster is and hold credentials itself; write them into the file with \`kubectl config view --flatten\`, or leave it out to use that of kubectl`;
}

/** The parts of a list of the file: `users` holds `[{ name, user: { … } }]`. */
function entries(list: unknown, kind: "cluster" | "user" | "context"): { kind: typeof kind; part: unknown }[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return [{ kind, part: undefined }];
  return list.map((entry: unknown) => {
    const fields = isRecord(entry) ? Object.keys(entry) : [];
    const isEntry = fields.every((field) => field === "name" || field === kind);
    return { kind, part: isRecord(entry) && isEntry ? (entry[kind] ?? {}) : undefined };
  });
}

/** Whether a document says everything where it stands, without anchors, aliases, tags and merge keys. */
function isPlain(document: yaml.Document.Parsed): boolean {
  let plain = true;
  yaml.visit(document, {
    Alias: () => {
      plain = false;
    },
    Node: (_key, node) => {
      if (node.anchor !== undefined || node.tag?.startsWith("!") === true) plain = false;
    },
    Pair: (_key, { key }) => {
      if (yaml.isScalar(key) && key.value === "<<") plain = false;
    },
  });
  return plain;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
