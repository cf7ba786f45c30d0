import type { Values } from "../../toolchain/plugins/properties.ts";
import { GoogleError } from "./api-error.ts";
import type { CloudType } from "./cloud-type.ts";
import { valuesAt } from "./property-paths.ts";
import type { CloudObject, TestCloud } from "./test-cloud.ts";
import { isNamed } from "./test-cloud.ts";

/** Refuses what needs an API that is not enabled, in the words of Google's front end. @throws GoogleError */
export function requireApi({ api }: Pick<CloudType, "api">, cloud: TestCloud): void {
  if (api === undefined || isEnabled(api, cloud)) return;
  const { projectNumber } = cloud.settings;
  const page = `https://console.developers.google.com/apis/api/${api}/overview?project=${projectNumber}`;
  const advice = `Enable it by visiting ${page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
  throw new GoogleError(
    403,
    `${api} has not been used in project ${projectNumber} before or it is disabled. ${advice}`,
    "accessNotConfigured",
  );
}

/** Whether an API is enabled: from the start, or by a `projects/Service`. */
export function isEnabled(api: string, cloud: TestCloud): boolean {
  return (
    cloud.settings.enabled.includes(api) ||
    cloud.list("projects/Service").some(({ properties }) => properties["service"] === api)
  );
}

/** The first object that these properties name and that does not exist. */
export function missing(type: CloudType, properties: Values, cloud: TestCloud): string | undefined {
  for (const [path, target] of Object.entries(type.uses ?? {})) {
    const names = valuesAt(properties, path).filter((value) => typeof value === "string");
    const absent = names.find((name) => !isElsewhere(name, cloud) && !cloud.read(target, name));
    if (absent !== undefined) return absent;
  }
  return undefined;
}

/** What goes with an object, and what else uses it. */
export function heldBy(object: CloudObject, types: Record<string, CloudType>, cloud: TestCloud) {
  const all = cloud.list().filter(({ id, type }) => id !== object.id || type !== object.type);
  const users = all.filter(({ type, properties }) =>
    Object.entries(types[type]?.uses ?? {}).some(
      ([path, target]) => target === object.type && names(valuesAt(properties, path), object),
    ),
  );
  const isPart = ({ type, properties }: CloudObject) => {
    const { partOf, uses } = types[type] ?? {};
    return partOf !== undefined && uses?.[partOf] === object.type && names([properties[partOf]], object);
  };
  return { parts: users.filter(isPart), users: users.filter((user) => !isPart(user)) };
}

function names(values: unknown[], object: CloudObject): boolean {
  return values.some((value) => typeof value === "string" && isNamed(object, value));
}

/** Whether a name leads to another project, such as that of a shared network. */
function isElsewhere(name: string, cloud: TestCloud): boolean {
  const project = /projects\/([^/]+)\//.exec(name)?.[1];
  return project !== undefined && ![cloud.settings.project, cloud.settings.projectNumber, "-"].includes(project);
}
