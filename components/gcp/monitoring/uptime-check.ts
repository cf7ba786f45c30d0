import * as gcp from "@pulumi/gcp";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { labels, selector } from "../../kubernetes/labels.ts";
import type { GcpPlace } from "../place.ts";
import { serviceAgent } from "../service-agent.ts";

export interface UptimeCheckArgs {
  place: GcpPlace;
  network: {
    /** `projects/<project>/global/networks/<name>`. */
    network: pulumi.Input<string>;
    /** `projects/<project>/regions/<region>/subnetworks/<name>`: where the address is. */
    subnetwork: pulumi.Input<string>;
  };
  namespace: pulumi.Input<string>;
  /** Name of the Service whose pods are checked. */
  service: string;
  port: number;
  /** Where it says whether it can work. */
  readiness: string;
  /** The Service, ready to answer. */
  ready: pulumi.Resource[];
}

/** Where Google's checkers come from, within every network: https://cloud.google.com/monitoring/uptime-checks/private-checks. */
export const UPTIME_CHECKERS = ["35.199.192.0/19"];

/**
 * Asks the gateway each minute, from inside the network, whether it can work. Google's checkers reach virtual machines and
 * passthrough load balancers; so there is one of these, only for them, and they ask for nothing that has to be encrypted.
 */
export class UptimeCheck extends pulumi.ComponentResource {
  /** Its id, as metrics and alerts name it. */
  readonly id: pulumi.Output<string>;
  readonly #place: GcpPlace;
  /** Id of the project that the network belongs to, such as the host project of a Shared VPC. */
  readonly #networkProject: pulumi.Output<string>;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: UptimeCheckArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:UptimeCheck", name, {}, opts);
    const { place, port, readiness } = args;
    this.#place = place;
    this.#networkProject = pulumi.output(args.network.network).apply((path) => path.split("/")[1] ?? place.project);
    this.#child = { parent: this, dependsOn: place.services };
    const address = new gcp.compute.Address(
      `${place.name}-uptime`,
      {
        region: place.region,
        addressType: "INTERNAL",
        purpose: "GCE_ENDPOINT",
        subnetwork: args.network.subnetwork,
      },
      this.#child,
    );
    const balancer = this.#loadBalancer(args, address);
    const directory = this.#directory(args, address.address);
    const check = new gcp.monitoring.UptimeCheckConfig(
      `${place.name}-uptime`,
      {
        displayName: `${place.name}: ${args.service}`,
        checkerType: "VPC_CHECKERS",
        period: "60s",
        timeout: "10s",
        httpCheck: { path: readiness, port, useSsl: false, requestMethod: "GET" },
        monitoredResource: {
          type: "servicedirectory_service",
          labels: {
            project_id: place.project,
            location: place.region,
            namespace_name: directory.namespace.namespaceId,
            service_name: directory.service.serviceId,
          },
        },
      },
      { ...this.#child, dependsOn: [...place.services, balancer, directory.endpoint, ...this.#grants()] },
    );
    this.id = check.uptimeCheckId;
    this.registerOutputs({ id: this.id });
  }

  /** A passthrough load balancer, which only Google's checkers get through. */
  #loadBalancer(args: UptimeCheckArgs, address: gcp.compute.Address): pulumi.Resource {
    const name = `${args.service}-uptime`;
    return new kubernetes.core.v1.Service(
      name,
      {
        metadata: {
          name,
          namespace: args.namespace,
          labels: labels(args.service, "gateway"),
          annotations: {
            "networking.gke.io/load-balancer-type": "Internal",
            // Checkers are in several regions.
            "networking.gke.io/internal-load-balancer-allow-global-access": "true",
          },
        },
        spec: {
          type: "LoadBalancer",
          loadBalancerIP: address.address,
          loadBalancerSourceRanges: UPTIME_CHECKERS,
          // Keeps the checkers' addresses, which the NetworkPolicy asks for.
          externalTrafficPolicy: "Local",
          selector: selector(args.service),
          ports: [{ name: "main", port: args.port, targetPort: "main" }],
        },
      },
      { parent: this, dependsOn: args.ready },
    );
  }

  /** The address, where Google's checkers look it up. */
  #directory({ network, service: name, port }: UptimeCheckArgs, address: pulumi.Input<string>) {
    const { name: prefix, region } = this.#place;
    const networkName = pulumi.output(network.network).apply((path) => path.split("/").at(-1) ?? "");
    const namespace = new gcp.servicedirectory.Namespace(
      prefix,
      { location: region, namespaceId: prefix },
      this.#child,
    );
    const service = new gcp.servicedirectory.Service(
      `${prefix}-${name}`,
      { namespace: namespace.id, serviceId: name },
      // No service moves to another namespace. Pulumi's plugin would note it as moved, and it would go with the former one.
      { ...this.#child, replaceOnChanges: ["namespace"] },
    );
    const endpoint = new gcp.servicedirectory.Endpoint(
      `${prefix}-${name}`,
      {
        service: service.id,
        endpointId: name,
        address,
        port,
        network: pulumi.interpolate`projects/${this.#networkProjectNumber()}/locations/global/networks/${networkName}`,
      },
      this.#child,
    );
    return { namespace, service, endpoint };
  }

  #networkProjectNumber(): pulumi.Output<string> {
    const { project, projectNumber, services } = this.#place;
    const numberOf = (projectId: string) =>
      gcp.organizations.getProjectOutput({ projectId }, { parent: this, dependsOn: services }).number;
    return this.#networkProject.apply((id) => (id === project ? projectNumber : numberOf(id)));
  }

  /** Cloud Monitoring's own account may look the address up, and go there. */
  #grants(): pulumi.Resource[] {
    const { name, project } = this.#place;
    const agent = { place: this.#place, api: "monitoring.googleapis.com" } as const;
    const member = serviceAgent(`${name}-monitoring`, agent, { parent: this });
    const grant = (what: string, role: string, of: pulumi.Input<string>) =>
      new gcp.projects.IAMMember(
        `${name}-monitoring-${what}`,
        { project: of, role, member },
        // All stacks of a project share these: without the grants of one that goes, the checks of the others would fail.
        { ...this.#child, retainOnDelete: true },
      );
    return [
      grant("looks-up", "roles/servicedirectory.viewer", project),
      grant("connects", "roles/servicedirectory.pscAuthorizedService", this.#networkProject),
    ];
  }
}
