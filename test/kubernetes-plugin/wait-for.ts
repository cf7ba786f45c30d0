import type { Manifest } from "../cluster/api-server.ts";
import type { Progress } from "./readiness.ts";

/**
 * How far an object has come by its annotation `pulumi.com/waitFor`, which takes the place of the usual checks: one of
 * `condition=Ready`, `condition=Ready=False` and `jsonpath={.status.phase}=Running`, or a JSON list of them.
 *
 * @returns undefined without the annotation.
 */
export function annotatedProgress({ metadata, ...fields }: Manifest): Progress | undefined {
  const annotation = metadata.annotations?.["pulumi.com/waitFor"];
  if (annotation === undefined) return undefined;
  const wanted = annotation.startsWith("[") ? (JSON.parse(annotation) as string[]) : [annotation];
  const missing = wanted.filter((expression) => !holds(expression, { metadata, ...fields }));
  return { state: missing.length === 0 ? "ready" : "waiting", reasons: missing.map((text) => `${text} does not hold`) };
}

function holds(expression: string, object: Record<string, unknown>): boolean {
  const [, condition, wantedStatus = "True"] = /^condition=([^=]+)(?:=(.+))?$/.exec(expression) ?? [];
  if (condition !== undefined) {
    const { conditions = [] } = (object["status"] ?? {}) as { conditions?: { type: string; status: string }[] };
    return conditions.some(({ type, status }) => type === condition && status === wantedStatus);
  }
  const [, path, value] = /^jsonpath=\{\.([\w.-]+)\}(?:=(.+))?$/.exec(expression) ?? [];
  if (path === undefined) throw new Error(`pulumi.com/waitFor: the tests' plugin can't read ${expression}`);
  const found = path
    .split(".")
    .reduce<unknown>((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], object);
  return value === undefined ? found !== undefined : JSON.stringify(found) === value || found === value;
}
