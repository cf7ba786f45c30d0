import type { CloudType } from "../cloud-type.ts";
import * as certificateauthority from "./certificateauthority.ts";
import * as certificatemanager from "./certificatemanager.ts";
import * as addresses from "./compute-addresses.ts";
import * as nat from "./compute-nat.ts";
import * as network from "./compute-network.ts";
import * as policies from "./compute-policies.ts";
import * as container from "./container.ts";
import * as dns from "./dns.ts";
import * as gke from "./gke.ts";
import * as kms from "./kms.ts";
import * as logging from "./logging.ts";
import * as memorystore from "./memorystore.ts";
import * as monitoring from "./monitoring.ts";
import * as projects from "./projects.ts";
import * as pubsub from "./pubsub.ts";
import * as secretmanager from "./secretmanager.ts";
import * as servicedirectory from "./servicedirectory.ts";
import * as sql from "./sql.ts";

/** Every resource type that the stand-in has, by `<module>/<Type>` of its type token. */
export const types: Record<string, CloudType> = {
  "certificateauthority/Authority": certificateauthority.authority,
  "certificateauthority/CaPool": certificateauthority.caPool,
  "certificateauthority/CaPoolIamMember": certificateauthority.caPoolIamMember,
  "certificatemanager/Certificate": certificatemanager.certificate,
  "certificatemanager/CertificateIssuanceConfig": certificatemanager.certificateIssuanceConfig,
  "compute/Address": addresses.addressType,
  "compute/Firewall": nat.firewall,
  "compute/ForwardingRule": addresses.forwardingRule,
  "compute/Network": network.network,
  "compute/RegionSecurityPolicy": policies.regionSecurityPolicy,
  "compute/RegionSslCertificate": policies.regionSslCertificate,
  "compute/RegionSslPolicy": policies.regionSslPolicy,
  "compute/Router": nat.router,
  "compute/RouterNat": nat.routerNat,
  "compute/Subnetwork": network.subnetwork,
  "container/Cluster": container.cluster,
  "dns/ManagedZone": dns.managedZone,
  "dns/RecordSet": dns.recordSet,
  "gke/BackendService": gke.backendService,
  "gke/LoadBalancer": gke.loadBalancer,
  "kms/CryptoKey": kms.cryptoKey,
  "kms/CryptoKeyIAMMember": kms.cryptoKeyIamMember,
  "kms/KeyRing": kms.keyRing,
  "logging/Metric": logging.metric,
  "memorystore/Instance": memorystore.instance,
  "monitoring/AlertPolicy": monitoring.alertPolicy,
  "monitoring/Dashboard": monitoring.dashboard,
  "monitoring/NotificationChannel": monitoring.notificationChannel,
  "monitoring/UptimeCheckConfig": monitoring.uptimeCheckConfig,
  "networkconnectivity/ServiceConnectionPolicy": memorystore.serviceConnectionPolicy,
  "projects/IAMMember": projects.projectIamMember,
  "projects/Service": projects.service,
  "projects/ServiceIdentity": projects.serviceIdentity,
  "pubsub/Topic": pubsub.topic,
  "pubsub/TopicIAMMember": pubsub.topicIamMember,
  "secretmanager/Secret": secretmanager.secret,
  "secretmanager/SecretIamMember": secretmanager.secretIamMember,
  "secretmanager/SecretVersion": secretmanager.secretVersion,
  "servicedirectory/Endpoint": servicedirectory.endpoint,
  "servicedirectory/Namespace": servicedirectory.namespace,
  "servicedirectory/Service": servicedirectory.service,
  "serviceaccount/Account": projects.account,
  "serviceaccount/IAMMember": projects.accountIamMember,
  "sql/DatabaseInstance": sql.databaseInstance,
  "sql/User": sql.user,
};
