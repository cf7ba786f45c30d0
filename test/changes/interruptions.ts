/** What a step interrupts, and for how long, as far as it is known: docs/operations.md, kubernetes.md and gcp.md have it from there. */
const INTERRUPTIONS: [step: RegExp, effect: string][] = [
  [
    /^replace gcp:DatabaseInstance /,
    "no request is answered: PostgreSQL is lost with all its data, and a new one takes 10 to 20 minutes",
  ],
  [/^replace gcp:Cluster /, "no request is answered: a new cluster takes 10 to 15 minutes"],
  [/^(update|replace) local:Service litellm\b/, "LiteLLM restarts: no request is answered for about 10 s"],
  [/^(update|replace) local:Service sagewai-admin\b/, "the Sagewai admin restarts; workers wait for it"],
  [/^(update|replace) local:Postgres /, "PostgreSQL restarts: LiteLLM and the Sagewai admin wait for it"],
  [/^(update|replace|delete) local:Service worker-/, "a worker's task runs again if it takes longer than 8 s"],
  [
    /^update kubernetes:Deployment litellm: .*spec\.template/,
    "nobody: LiteLLM's pods are replaced, the new ones first",
  ],
  [
    /^update kubernetes:Deployment sagewai-admin: .*spec\.template/,
    "the Sagewai admin is away for some seconds; workers wait for it",
  ],
  [
    /^update kubernetes:Deployment worker-\S+: .*spec\.template/,
    "a worker's task runs again if it takes longer than 8 s",
  ],
  [/^delete kubernetes:Deployment worker-/, "a worker's task runs again if it takes longer than 8 s"],
  [
    /^update gcp:DatabaseInstance \S+: .*settings\.(tier|databaseFlags)/,
    "PostgreSQL restarts: requests wait for it, or are refused",
  ],
];

/** What the steps of a preview interrupt. */
export function interruptionsOf(steps: string[]): string[] {
  const found = INTERRUPTIONS.filter(([pattern]) => steps.some((step) => pattern.test(step)));
  return [...new Set(found.map(([, effect]) => effect))];
}
