import { z } from "zod";

import { declare } from "../cloud-type.ts";
import { deletionPolicy, labels, matching, project } from "./fields.ts";

const api = "servicedirectory.googleapis.com";

const id = matching(
  /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  "it must have 1 to 63 lower-case letters, digits and hyphens, and begin with a letter",
);

export const namespace = declare({
  api,
  inputs: z.strictObject({ deletionPolicy, labels, location: z.string(), namespaceId: id, project }),
  immutable: ["location", "namespaceId", "project"],
  computed: ["name"],
  labels: "labels",
  id: "projects/{project}/locations/{location}/namespaces/{namespaceId}",
  outputs: (_, request) => ({ name: request.id }),
});

const metadata = z.record(z.string(), z.string()).optional();

export const service = declare({
  api,
  inputs: z.strictObject({ deletionPolicy, metadata, namespace: z.string(), serviceId: id }),
  // Nor the namespace, though the API moves no service to another one: the provider only sends the metadata.
  immutable: ["serviceId"],
  computed: ["name"],
  uses: { namespace: "servicedirectory/Namespace" },
  partOf: "namespace",
  id: "{namespace}/services/{serviceId}",
  outputs: (_, request) => ({ name: request.id }),
});

export const endpoint = declare({
  api,
  inputs: z.strictObject({
    address: z.ipv4().optional(),
    deletionPolicy,
    endpointId: id,
    metadata,
    // By the project's number: https://cloud.google.com/service-directory/docs/reference/rest/v1/projects.locations.namespaces.services.endpoints.
    network: matching(
      /^projects\/[0-9]+\/locations\/global\/networks\/[^/]+$/,
      "it must be projects/<number>/locations/global/networks/…",
    ).optional(),
    port: z.int().min(0).max(65_535).optional(),
    service: z.string(),
  }),
  immutable: ["endpointId", "network", "service"],
  computed: ["name"],
  uses: { service: "servicedirectory/Service" },
  partOf: "service",
  id: "{service}/endpoints/{endpointId}",
  outputs: (_, request) => ({ name: request.id }),
});
