import type { GuardedRequests } from "../../config/guarded-requests.ts";
import type { ApiFamily } from "../../config/schema/routes.ts";
import { programs } from "./programs.ts";
import publicApi from "./public_api.json" with { type: "json" };
import { STEERING_HEADERS, STEERING_REQUEST_METADATA, STEERING_PARAMETERS, UNCHARGED_PARAMETERS } from "./steering.ts";

/** Families whose requests are forms with a file. */
const FORMS: readonly ApiFamily[] = ["transcriptions", "image_edits"];

/**
 * What a LiteLLM process needs to run behind the request guard: Python programs and their rules, and the variables that
 * start them. LiteLLM does not start without the guard.
 */
export function requestGuard(args: GuardedRequests): {
  files: Record<string, string>;
  environment: Record<string, string>;
} {
  const names = [
    "request_guard.py",
    "request_rules.py",
    "shown_models.py",
    "stored_data.py",
    "project_parameters.py",
    "key_defaults.py",
    "deployment_choice.py",
  ];
  return {
    files: {
      ...programs(...names),
      "request_guard.json": JSON.stringify(guardRules(args), undefined, 1),
    },
    environment: { PYTHONPATH: "{files}", LITELLM_WORKER_STARTUP_HOOKS: "request_guard:install" },
  };
}

function guardRules({ routes, projectParameters }: GuardedRequests): Record<string, unknown> {
  const used = [...new Set(routes.flatMap(({ family }) => family ?? []))].sort();
  return {
    routes: routes.map(({ method, path, query = [], family = null }) => ({ method, path, query, family })),
    families: Object.fromEntries(used.map((family) => [family, familyRules(family)])),
    headers: Object.keys(publicApi.headers),
    steering_headers: STEERING_HEADERS,
    steering_metadata: STEERING_REQUEST_METADATA,
    project_parameters: [...projectParameters].sort(),
  };
}

function familyRules(family: ApiFamily) {
  const { parameters, query } = publicApi.families[family];
  const refused = { ...STEERING_PARAMETERS, ...UNCHARGED_PARAMETERS[family] };
  return {
    parameters: parameters.filter((name) => !(name in refused)),
    query,
    form: FORMS.includes(family),
  };
}
