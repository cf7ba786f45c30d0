import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";

import type { Deployment } from "../../config/schema/models.ts";
import type { GcpPlace } from "./place.ts";

export interface VertexAccessArgs {
  place: GcpPlace;
  /** Ids of the projects whose models are called. */
  projects: string[];
  /** The IAM member that LiteLLM's pods are. */
  client: pulumi.Input<string>;
}

/** Lets LiteLLM's pods, and nobody else, call models of Vertex AI: https://cloud.google.com/vertex-ai/docs/general/access-control. */
export class VertexAccess extends ComponentResource {
  constructor(name: string, { place, projects, client }: VertexAccessArgs, opts?: ComponentResourceOptions) {
    super("llm-gateway:gcp:VertexAccess", name, {}, opts);
    for (const project of projects) {
      new gcp.projects.IAMMember(
        `${place.name}-vertex-${project}`,
        { project, role: "roles/aiplatform.user", member: client },
        { parent: this, dependsOn: place.services },
      );
    }
    this.registerOutputs();
  }
}

/** The projects whose Vertex AI is called by the identity of LiteLLM's pods, each once. */
export function vertexProjects(models: readonly Deployment[]): string[] {
  const projects = models.flatMap(({ signIn: { vertex_project: project, vertex_credentials: credentials } }) =>
    typeof project === "string" && credentials === undefined ? [project] : [],
  );
  return [...new Set(projects)].sort();
}
