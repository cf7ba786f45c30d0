import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";
import { serviceAgent } from "./service-agent.ts";

/** A certificate that the user brings. */
export interface OwnCertificate {
  /** The certificate and those that it was signed with, in PEM. */
  chain: string;
  /** The private key in PEM: secret. */
  privateKey: pulumi.Input<string>;
}

/** A private authority of the stack's own. */
export interface Authority {
  /** The authority's issuance config. */
  config: gcp.certificatemanager.CertificateIssuanceConfig;
  /** The authority's own certificate, in PEM. */
  certificate: pulumi.Output<string>;
}

export interface CertificateArgs {
  place: GcpPlace;
  /** Who calls the hostname. */
  callers: "clients" | "admins";
  hostname: string;
  /** Default: one that a private authority of the stack's own issues, and Google renews. */
  own?: OwnCertificate | undefined;
  /** The authority that issues it. Default: a new one. */
  authority?: Authority | undefined;
}

/** Seconds of ten years: until then nobody has to trust another authority. */
const AUTHORITY_LIFETIME = "315360000s";

/** Seconds of 30 days, the longest that Certificate Manager takes from a private authority. */
const CERTIFICATE_LIFETIME = "2592000s";

/** A certificate of one region, whose private key nothing but Certificate Manager and Pulumi's encrypted state holds. */
export class Certificate extends pulumi.ComponentResource {
  /** The certificate's name in Certificate Manager. */
  readonly name: pulumi.Output<string>;
  /** The authority that issues it; undefined where the certificate is the user's own. */
  readonly authority: Authority | undefined;

  constructor(name: string, args: CertificateArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Certificate", name, {}, opts);
    const { place, callers, hostname, own } = args;
    const child = { parent: this, dependsOn: place.services };
    const location = place.region;
    this.authority = own ? undefined : (args.authority ?? this.#authority(place, child));
    const certificate = new gcp.certificatemanager.Certificate(
      `${place.name}-${callers}`,
      {
        location,
        ...(own && { selfManaged: { pemCertificate: own.chain, pemPrivateKey: pulumi.secret(own.privateKey) } }),
        ...(this.authority && { managed: { domains: [hostname], issuanceConfig: this.authority.config.id } }),
      },
      child,
    );
    this.name = certificate.name;
    this.registerOutputs({ name: this.name, authority: this.authority?.certificate });
  }

  #authority(place: GcpPlace, child: pulumi.CustomResourceOptions): Authority {
    const { name, region: location, protect, services } = place;
    const kept = { ...child, protect };
    const pool = new gcp.certificateauthority.CaPool(
      `${name}-authority`,
      // What is published can be read by everybody.
      { location, tier: "DEVOPS", publishingOptions: { publishCaCert: false, publishCrl: false } },
      kept,
    );
    const authority = new gcp.certificateauthority.Authority(
      `${name}-authority`,
      {
        location,
        pool: pool.name,
        certificateAuthorityId: `${name}-authority`,
        type: "SELF_SIGNED",
        lifetime: AUTHORITY_LIFETIME,
        keySpec: { algorithm: "EC_P256_SHA256" },
        config: {
          subjectConfig: { subject: { organization: "LLM gateway", commonName: `${name} authority` } },
          x509Config: {
            // It signs servers' certificates, and no further authority.
            caOptions: { isCa: true, zeroMaxIssuerPathLength: true },
            keyUsage: { baseKeyUsage: { certSign: true, crlSign: true }, extendedKeyUsage: { serverAuth: true } },
          },
        },
        deletionProtection: protect,
        skipGracePeriod: !protect,
        ignoreActiveCertificatesOnDeletion: !protect,
      },
      kept,
    );
    const agent = { place, api: "certificatemanager.googleapis.com" } as const;
    const member = serviceAgent(`${name}-certificates`, agent, { parent: this });
    const mayIssue = new gcp.certificateauthority.CaPoolIamMember(
      `${name}-certificates`,
      { caPool: pool.id, role: "roles/privateca.certificateRequester", member },
      child,
    );
    const config = new gcp.certificatemanager.CertificateIssuanceConfig(
      `${name}-clients`,
      {
        location,
        certificateAuthorityConfig: { certificateAuthorityServiceConfig: { caPool: pool.id } },
        keyAlgorithm: "ECDSA_P256",
        lifetime: CERTIFICATE_LIFETIME,
        // Twelve days before the end.
        rotationWindowPercentage: 60,
      },
      // It can't change, its labels neither: with another `gcp.labels` it would be replaced, and the certificate with it.
      { ...child, dependsOn: [...services, authority, mayIssue], ignoreChanges: ["pulumiLabels", "effectiveLabels"] },
    );
    return { config, certificate: authority.pemCaCertificates.apply(([root = ""]) => root) };
  }
}
