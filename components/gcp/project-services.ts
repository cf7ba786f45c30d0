import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { StateName } from "../../providers/gcp/api-propagation.ts";
import { DynamicResource } from "../dynamic-resource.ts";

const PROPAGATION: StateName = { module: "#providers/gcp/api-propagation.ts", type: "gcp:ApiPropagation" };

export interface ProjectServicesArgs {
  /** Id of the project. */
  project: string;
  /** The APIs, that of Resource Manager first: `cloudresourcemanager.googleapis.com`. */
  apis: string[];
}

/** The APIs of a project, enabled, and left so by `destroy`: something else in the project may use them. */
export class ProjectServices extends pulumi.ComponentResource {
  /** What everything that calls the APIs depends on. */
  readonly ready: pulumi.Resource[];
  /** The project's number, which identities of its workloads and service agents are named by. */
  readonly projectNumber: pulumi.Output<string>;

  constructor(name: string, args: ProjectServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:ProjectServices", name, {}, opts);
    const { project, apis } = args;
    const [first, ...others] = apis;
    if (first === undefined) throw new pulumi.ResourceError("`apis` is empty.", this, true);
    const enable = (api: string, dependsOn: pulumi.Resource[]) =>
      new gcp.projects.Service(api, { service: api, disableOnDestroy: false }, { parent: this, dependsOn });
    const resourceManager = enable(first, []);
    // Enabled in one call, as Pulumi's plugin gathers those that it gets at the same time.
    const services = [resourceManager, ...others.map((api) => enable(api, [resourceManager]))];
    // The time in which an API that was enabled comes to answer everywhere.
    const propagation = new DynamicResource(
      PROPAGATION,
      name,
      { apis, seconds: PROPAGATION_SECONDS },
      { parent: this, dependsOn: services },
    );
    this.ready = [propagation];
    // Waits, so that nobody asks in a preview of an empty project, where nothing could answer.
    this.projectNumber = gcp.organizations.getProjectOutput(
      { projectId: project },
      { parent: this, dependsOn: this.ready },
    ).number;
    this.registerOutputs({ projectNumber: this.projectNumber });
  }
}

/**
 * Google names no time but "a few minutes", and no way to tell. Pulumi's plugin retries an API's 403 "has not been used
 * in project … before or it is disabled" nowhere but while it enables one, and its guide advises to wait.
 *
 * @see https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/google_project_service
 */
const PROPAGATION_SECONDS = 60;
