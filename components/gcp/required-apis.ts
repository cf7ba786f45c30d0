import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";

/** Every stack needs these. Resource Manager's comes first: enabling another one asks it for the project. */
const ALWAYS = [
  "cloudresourcemanager",
  "cloudkms",
  "compute",
  "container",
  "dns",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "secretmanager",
  // Endpoints of Private Service Connect are entered there, and uptime checks find their way by it.
  "servicedirectory",
  "sqladmin",
];

/**
 * The APIs that a stack with these settings calls: `["cloudresourcemanager.googleapis.com", …]`.
 *
 * @param vertexProjects Projects whose Vertex AI LiteLLM's pods call as themselves.
 */
export function apisFor(
  { access, redis, secrets, cluster }: Pick<GcpSettings, "access" | "redis" | "secrets" | "cluster">,
  vertexProjects: readonly string[] = [],
): string[] {
  const optional = {
    aiplatform: vertexProjects.length > 0,
    binaryauthorization: cluster.binaryAuthorization,
    certificatemanager: access,
    memorystore: redis,
    // Makes the endpoints of Memorystore.
    networkconnectivity: redis,
    // The authority that signs the certificate, if the user has none.
    privateca: access && !access.certificate,
    // Lets Memorystore's connections be made for it.
    serviceconsumermanagement: redis,
    pubsub: secrets.rotationReminder,
  };
  const chosen = Object.entries(optional).flatMap(([api, need]) => (need ? [api] : []));
  return [...ALWAYS, ...chosen].map((api) => `${api}.googleapis.com`);
}
