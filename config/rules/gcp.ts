import { networkRules } from "./gcp-network.ts";
import { sizesFitAutopilot } from "./autopilot-sizes.ts";
import { tierOf } from "../schema/gcp/tiers.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { GcpDraft, Rule, SettingsDraft } from "./rule.ts";

/** What the stack files that come with this program have in place of a project and an address that are the reader's. */
const EXAMPLE_PROJECTS = ["my-project-dev", "my-project-prod"];
const EXAMPLE_ADDRESS = "gateway-team@example.com";

/** Every rule of the platform gcp. */
export const gcpRules: Rule[] = [
  ...[
    projectIsYours,
    addressesAreYours,
    machineSurvivesZones,
    logIsKept,
    backupsReachBack,
    encryptionHasPlaces,
    administratorsAreApart,
    ...networkRules,
  ].map<Rule>(
    (rule) =>
      ({ platform, gcp }) =>
        platform === "gcp" && gcp ? rule(gcp) : [],
  ),
  sizesFitAutopilot,
  accessorsElsewhere,
];

function projectIsYours({ project }: GcpDraft): SettingsProblem[] {
  if (project === undefined || !EXAMPLE_PROJECTS.includes(project)) return [];
  const message = "is the example's; write the id of a project of yours, as `gcloud projects list` shows it";
  return [{ path: ["gcp", "project"], seen: project, message }];
}

function addressesAreYours({ alerts }: GcpDraft): SettingsProblem[] {
  const message = "is the example's, so that nobody would be told; write the address of those who run the gateway";
  return (alerts?.emails ?? []).flatMap((seen, index) =>
    seen === EXAMPLE_ADDRESS ? [{ path: ["gcp", "alerts", "emails", index], seen, message }] : [],
  );
}

function machineSurvivesZones({ highAvailability, postgres }: GcpDraft): SettingsProblem[] {
  const tier = postgres?.tier;
  if (!highAvailability || tier === undefined || !tierOf(tier)?.sharedCore) return [];
  const message =
    "shares its CPU with others, and Google gives no SLA for it; write one such as db-custom-2-7680, or `highAvailability: false`";
  return [{ path: ["gcp", "postgres", "tier"], seen: tier, message }];
}

function logIsKept({ postgres }: GcpDraft): SettingsProblem[] {
  const { tier, logDays } = postgres ?? {};
  const maxLogDays = tier === undefined ? undefined : tierOf(tier)?.maxLogDays;
  if (logDays === undefined || maxLogDays === undefined || logDays <= maxLogDays) return [];
  const message = `is more than the ${maxLogDays} days that Cloud SQL keeps with tier ${tier}; write ${maxLogDays} or less, or a tier db-perf-optimized-N-…`;
  return [{ path: ["gcp", "postgres", "logDays"], seen: logDays, message }];
}

/** A moment is brought back from a backup before it and the log since then, so Cloud SQL demands as many of them. */
function backupsReachBack({ postgres }: GcpDraft): SettingsProblem[] {
  const { retainedBackups, logDays } = postgres ?? {};
  if (retainedBackups === undefined || logDays === undefined || retainedBackups >= logDays) return [];
  const message = `is less than the ${logDays} days of logDays, each of which needs a backup; write ${logDays} or more`;
  return [{ path: ["gcp", "postgres", "retainedBackups"], seen: retainedBackups, message }];
}

/** A key of Cloud KMS belongs to a region, so that secrets in regions of Google's choice can't have one. */
function encryptionHasPlaces({ region, secrets }: GcpDraft): SettingsProblem[] {
  if (!secrets?.encryption || secrets.locations === undefined || secrets.locations.length > 0) return [];
  const message = `is empty, but encryption needs regions, because each has a key of its own; write them, such as [${region ?? "europe-west1"}]`;
  return [{ path: ["gcp", "secrets", "locations"], message }];
}

/** Under the clients' own name, everything would be theirs. */
function administratorsAreApart({ access }: GcpDraft): SettingsProblem[] {
  const hostname = access?.admin?.hostname;
  if (hostname === undefined || hostname !== access?.hostname) return [];
  const message = "is the name that clients use, who would get to everything; write another one";
  return [{ path: ["gcp", "access", "admin", "hostname"], seen: hostname, message }];
}

function accessorsElsewhere({ platform = "local", projects = {} }: SettingsDraft): SettingsProblem[] {
  if (platform === "gcp") return [];
  const message = "is only for platform gcp, whose Secret Manager lets them read the key; leave it out";
  return Object.entries(projects)
    .filter(([, project]) => (project?.accessors ?? []).length > 0)
    .map(([name]) => ({ path: ["projects", name, "accessors"], message }));
}
