import { tokenOf } from "../../../providers/litellm/key-value.ts";

type Fields = Record<string, unknown>;
export type Reply = [status: number, body: unknown];

/** What of a Sagewai admin projects are made by, with the traps that it has: Sagewai 1.0.1, tenancy `single`. */
export class ScriptedProjects {
  projects: Fields[] = [{ slug: "default", name: "Default", environment: "production", default_model: null }];
  providers: Fields[] = [];
  limits: Fields[] = [];

  /** @param path Below `/api/v1/`. @param project What the header X-Project-ID says. */
  answer(method: string, path: string, body: Fields, project: string | undefined): Reply {
    const [resource = "", id = ""] = path.replace("budget/", "").split("/");
    return this.#resource(`${method} ${resource}`, id, body, project);
  }

  #resource(action: string, id: string, body: Fields, project: string | undefined): Reply {
    switch (action) {
      case "GET projects":
        return [200, this.projects];
      case "POST projects":
        if (this.projects.some(({ slug }) => slug === body["slug"])) return [409, { detail: "already exists" }];
        this.projects.push({ ...body, default_model: null, status: "active" });
        return [201, body];
      case "PATCH projects": {
        const found = this.projects.find(({ slug }) => slug === id);
        if (found) Object.assign(found, body);
        return found ? [200, found] : [404, { detail: "Not found" }];
      }
      case "DELETE projects":
        if (this.projects[0]?.["slug"] === id) return [409, { detail: "Cannot delete the default project." }];
        return this.#delete("projects", ({ slug }) => slug === id);
      case "GET providers":
        return [200, this.providers.map(shown)];
      case "POST providers": {
        const record = { ...body, project_id: project ?? null };
        const isSame = (one: Fields) =>
          one["provider_name"] === body["provider_name"] && one["project_id"] === record.project_id;
        this.providers = [...this.providers.filter((one) => !isSame(one)), record];
        return [200, { id: body["id"] }];
      }
      case "DELETE providers":
        return this.#delete("providers", (one) => one["id"] === id);
      case "GET limits":
        return [200, this.limits];
      case "POST limits":
        this.#deleteLimits("*", project);
        this.limits.push({ ...body, project_id: project ?? null });
        return [201, body];
      case "DELETE limits":
        this.#deleteLimits(id, project);
        return [200, { status: "ok" }];
      default:
        return [404, { detail: `nothing here: ${action}` }];
    }
  }

  #delete(list: "projects" | "providers", isIt: (one: Fields) => boolean): Reply {
    const left = this[list].filter((one) => !isIt(one));
    const isGone = left.length < this[list].length;
    this[list] = left;
    return isGone ? [200, { status: "ok" }] : [404, { detail: "Not found" }];
  }

  /** Without a project, those of all projects. */
  #deleteLimits(agent: string, project: string | undefined): void {
    this.limits = this.limits.filter(
      (one) => one["agent_name"] !== agent || (project !== undefined && one["project_id"] !== project),
    );
  }
}

/** A provider without its key, but with that key's hash: components/sagewai/provider_keys.py. */
function shown(record: Fields): Fields {
  const { api_key, ...config } = record["config"] as Fields;
  return { ...record, config: { ...config, api_key_set: true, key_sha256: tokenOf(String(api_key)) } };
}
