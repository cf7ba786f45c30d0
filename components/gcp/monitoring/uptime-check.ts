import * as gcp from "@pulumi/gcp";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { labels, selector } from "../../kubernetes/labels.ts";
import type { GcpPlace } from "../place.ts";

export interface UptimeCheckArgs {
  place: GcpPlace;
  network: {
    /** `projects/<project>/global/networks/<name>`. */
    network: pulumi.Input<string>;
    /** `projects/<project>/regions/<region>/subnetworks/<name>`: where the address is. */
    subnetwork: pulumi.Input<string>;
    /** Number of the project that the network belongs to. Default: the stack's own project. */
    projectNumber?: pulumi.Input<string> | undefined;
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
 * passthrough load balancers; so there is one of these, for them alone, and they ask for nothing that has to be encrypted.
 */
export class UptimeCheck extends pulumi.ComponentResource {
  /** Its id, as metrics and alerts name it. */
  readonly id: pulumi.Output<string>;
  readonly #place: GcpPlace;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: UptimeCheckArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:UptimeCheck", name, {}, opts);
    const { place, port, readiness } = args;
    this.#place = place;
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
      { ...this.#child, dependsOn: [...place.services, balancer, directory.endpoint, ...this.#grants(args)] },
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
    const { name: prefix, region, projectNumber } = this.#place;
    const number = network.projectNumber ?? projectNumber;
    const networkName = pulumi.output(network.network).apply((path) => path.split("/").at(-1) ?? "");
    const namespace = new gcp.servicedirectory.Namespace(
      prefix,
      { location: region, namespaceId: prefix },
      this.#child,
    );
    const service = new gcp.servicedirectory.Service(
      `${prefix}-${name}`,
      { namespace: namespace.id, serviceId: name },
      this.#child,
    );
    const endpoint = new gcp.servicedirectory.Endpoint(
      `${prefix}-${name}`,
      {
        service: service.id,
        endpointId: name,
        address,
        port,
        network: pulumi.interpolate`projects/${number}/locations/global/networks/${networkName}`,
      },
      this.#child,
    );
    return { namespace, service, endpoint };
  }

  /** Cloud Monitoring's own account may look the address up, and go there. */
  #grants({ network }: UptimeCheckArgs): pulumi.Resource[] {
    const { name, project, projectNumber } = this.#place;
    const agent = new gcp.projects.ServiceIdentity(
      `${name}-monitoring`,
      { service: "monitoring.googleapis.com" },
      this.#child,
    );
    const member = pulumi.interpolate`serviceAccount:service-${projectNumber}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`;
    const networkProject = pulumi.output(network.network).apply((path) => path.split("/")[1] ?? project);
    const grant = (what: string, role: string, of: pulumi.Input<string>) =>
      new gcp.projects.IAMMember(
        `${name}-monitoring-${what}`,
        { project: of, role, member },
        { ...this.#child, dependsOn: agent },
      );
    return [
      grant("looks-up", "roles/servicedirectory.viewer", project),
      grant("connects", "roles/servicedirectory.pscAuthorizedService", networkProject),
    ];
  }
}
