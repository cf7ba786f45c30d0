/** Shorter ones would be found everywhere by chance. */
const SHORTEST = 12;

/**
 * Every secret that a stack's state holds, as lines of text.
 *
 * @param state What `pulumi stack export --show-secrets` prints.
 */
export function secretsIn(state: string): string[] {
  const { deployment } = JSON.parse(state) as { deployment: unknown };
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if ("plaintext" in value) collect(JSON.parse(String(value.plaintext)));
    else for (const item of Object.values(value)) visit(item);
  };
  const collect = (value: unknown): void => {
    if (typeof value === "string") for (const line of secretLines(value)) found.add(line);
    else if (value !== null && typeof value === "object") for (const item of Object.values(value)) collect(item);
  };
  visit(deployment);
  return [...found];
}

/** What servers show to everybody, though plugins mark it with all that is around it. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The lines of a secret that tell it: in a text within a text, ends of lines are written in other ways. */
export function secretLines(value: string): string[] {
  const lines = value.replaceAll(CERTIFICATE, "").split("\n");
  return lines.filter((line) => line.length >= SHORTEST && !line.startsWith("-----") && !TIME.test(line));
}
