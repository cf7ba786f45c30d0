import { describe, expect, it } from "vitest";

import { access, certificate, existing, isPrivate, problems, secretKeys, settingsOf, stack } from "./gcp-stack.ts";
import { problemsOf } from "./stack.ts";

const name = "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first";
const project =
  "is not a project id; write 6 to 30 lower-case letters, digits and hyphens, a letter first, as `gcloud projects list` shows it";
const region = 'is not a region; write one of Google Cloud, such as "europe-west1"';
const range = 'is not a range of IPv4 addresses; write its first address and its length, such as "10.20.0.0/22"';
const tier =
  'is not a machine type of Cloud SQL for PostgreSQL; write one such as "db-custom-2-7680": 1 CPU or an even number up to 96, and MB of memory in steps of 256, 3840 at least and 922 to 6656 for each CPU';
const hostname = 'is not a DNS name; write one in lower case, such as "llm.example.internal"';
const labelName =
  'is not the name of a label; write up to 63 lower-case letters, digits, hyphens and underscores, a letter first, and not "goog"';
const labelValue = "is not the value of a label; write up to 63 lower-case letters, digits, hyphens and underscores";

describe("platform gcp", () => {
  it("needs to know no more than where it is, and fills in the rest", () => {
    expect(settingsOf({})).toMatchObject({
      platform: "gcp",
      protect: true,
      postgres: { maxConnections: 400 },
    });
    expect(settingsOf({}).gcp).toEqual({
      project: "acme-llm",
      region: "europe-west1",
      labels: {},
      highAvailability: true,
      network: {
        nodes: "10.20.0.0/22",
        pods: "10.24.0.0/16",
        services: "10.25.0.0/20",
        proxies: "10.26.0.0/23",
        natAddresses: 1,
      },
      postgres: {
        tier: "db-custom-2-7680",
        diskSize: 20,
        retainedBackups: 7,
        logDays: 7,
        maintenance: { day: 7, hour: 3 },
      },
      cluster: {
        releaseChannel: "REGULAR",
        maintenance: { start: "03:00", days: ["SA", "SU"] },
        binaryAuthorization: false,
      },
      secrets: { locations: [], encryption: false },
      alerts: { emails: [] },
    });
  });

  it.each([
    { ...stack, gcp: {} },
    { ...stack, gcp: undefined },
  ])("says what it needs to know", (settings) => {
    expect(problemsOf(settings, secretKeys)).toEqual([
      "gcp is missing; write at least the project and region that everything is made in, as gcp.project and gcp.region",
    ]);
  });

  it("reports a section that is no mapping, or lacks what it must have, once", () => {
    expect(problemsOf({ ...stack, gcp: "europe" }, secretKeys)).toEqual([
      'gcp: "europe" must be a mapping of settings',
    ]);
    expect(problemsOf({ ...stack, gcp: { region: "europe-west1" } }, secretKeys)).toEqual([
      "gcp.project is missing; write 6 to 30 lower-case letters, digits and hyphens, a letter first, as `gcloud projects list` shows it",
    ]);
  });

  it("takes the example's project and address for nobody's", () => {
    const message = "is the example's; write the id of a project of yours, as `gcloud projects list` shows it";
    expect(problems({ project: "my-project-dev" })).toEqual([`gcp.project: "my-project-dev" ${message}`]);
    expect(problems({ project: "my-project-prod" })).toEqual([`gcp.project: "my-project-prod" ${message}`]);
    expect(problems({ alerts: { emails: ["ops@acme.com", "gateway-team@example.com"] } })).toEqual([
      'gcp.alerts.emails[1]: "gateway-team@example.com" is the example\'s, so that nobody would be told; write the address of those who run the gateway',
    ]);
  });

  it.each([
    ["a project", { project: "Acme" }, `gcp.project: "Acme" ${project}`],
    ["a project with a domain", { project: "acme.com:llm" }, `gcp.project: "acme.com:llm" ${project}`],
    ["a region", { region: "europe" }, `gcp.region: "europe" ${region}`],
    ["a zone", { region: "europe-west1-b" }, `gcp.region: "europe-west1-b" ${region}`],
    [
      "a name",
      { name: "llm-gateway-production" },
      'gcp.name: "llm-gateway-production" can\'t begin the names of everything; write 2 to 20 lower-case letters, digits and hyphens, a letter first',
    ],
    ["a label's name", { labels: { Team: "x" } }, `gcp.labels.Team ${labelName}`],
    ["a label's name of Google's", { labels: { "goog-x": "x" } }, `gcp.labels.goog-x ${labelName}`],
    ["a label's value", { labels: { team: "R&D" } }, `gcp.labels.team: "R&D" ${labelValue}`],
    ["a switch", { highAvailability: "maybe" }, 'gcp.highAvailability: "maybe" must be true or false, without quotes'],
    [
      "a network",
      { network: { existing: { ...existing, network: "a/b" } } },
      `gcp.network.existing.network: "a/b" ${name}`,
    ],
    ["a range", { network: { nodes: "10.20.0.0" } }, `gcp.network.nodes: "10.20.0.0" ${range}`],
    ["a range's first address", { network: { pods: "10.24.1.0/16" } }, `gcp.network.pods: "10.24.1.0/16" ${range}`],
    ["a range of IPv4", { network: { pods: "fd00::/64" } }, `gcp.network.pods: "fd00::/64" ${range}`],
    [
      "a range of one's own",
      { network: { services: "34.118.224.0/20" } },
      `gcp.network.services: "34.118.224.0/20" ${isPrivate}`,
    ],
    [
      "a range of one's own",
      { network: { nodes: "199.36.153.0/24" } },
      `gcp.network.nodes: "199.36.153.0/24" ${isPrivate}`,
    ],
    [
      "a number of addresses",
      { network: { natAddresses: 0 } },
      "gcp.network.natAddresses: 0 is not a whole number from 1 to 300",
    ],
    ["a machine", { postgres: { tier: "db-custom-3-7680" } }, `gcp.postgres.tier: "db-custom-3-7680" ${tier}`],
    ["a disk", { postgres: { diskSize: 5 } }, "gcp.postgres.diskSize: 5 is not a whole number from 10 to 65536"],
    [
      "a number of backups",
      { postgres: { retainedBackups: 400 } },
      "gcp.postgres.retainedBackups: 400 is not a whole number from 1 to 365",
    ],
    ["a number of days", { postgres: { logDays: 0 } }, "gcp.postgres.logDays: 0 is not a whole number from 1 to 35"],
    [
      "a day",
      { postgres: { maintenance: { day: 8 } } },
      "gcp.postgres.maintenance.day: 8 is not a whole number from 1 to 7",
    ],
    [
      "an hour",
      { postgres: { maintenance: { hour: 24 } } },
      "gcp.postgres.maintenance.hour: 24 is not a whole number from 0 to 23",
    ],
    [
      "a port",
      { postgres: { localPort: 0 } },
      "gcp.postgres.localPort: 0 is not a port; write a number from 1 to 65535",
    ],
    [
      "a channel",
      { cluster: { releaseChannel: "STABEL" } },
      'gcp.cluster.releaseChannel: "STABEL" must be one of RAPID, REGULAR, STABLE; did you mean "STABLE"?',
    ],
    [
      "a time",
      { cluster: { maintenance: { start: "3:00" } } },
      'gcp.cluster.maintenance.start: "3:00" is not a time of day; write one such as "03:00", in quotes',
    ],
    [
      "a day of the week",
      { cluster: { maintenance: { days: ["SAT"] } } },
      'gcp.cluster.maintenance.days[0]: "SAT" must be one of MO, TU, WE, TH, FR, SA, SU; did you mean "SA"?',
    ],
    [
      "a list of days",
      { cluster: { maintenance: { days: [] } } },
      "gcp.cluster.maintenance.days: [] is empty; write one day at least, such as [SA, SU]",
    ],
    [
      "a list of places",
      { secrets: { locations: ["europe-west1", "europe-west1"] } },
      'gcp.secrets.locations: ["europe-west1","europe-west1"] names a region twice; write each once',
    ],
    ["a place for secrets", { secrets: { locations: ["EU"] } }, `gcp.secrets.locations[0]: "EU" ${region}`],
    [
      "a number of days",
      { secrets: { rotationReminder: 0 } },
      "gcp.secrets.rotationReminder: 0 is not a whole number from 1 to 36500",
    ],
    [
      "a node type",
      { redis: { nodeType: "STANDARD_SMAL" } },
      'gcp.redis.nodeType: "STANDARD_SMAL" must be one of SHARED_CORE_NANO, STANDARD_SMALL, HIGHMEM_MEDIUM, HIGHMEM_XLARGE; did you mean "STANDARD_SMALL"?',
    ],
    [
      "an address",
      { alerts: { emails: ["ops"] } },
      'gcp.alerts.emails[0]: "ops" is not an e-mail address; write one such as "admin@example.com"',
    ],
    [
      "a hostname",
      { access: { ...access, hostname: "https://llm" } },
      `gcp.access.hostname: "https://llm" ${hostname}`,
    ],
    ["a hostname of one part", { access: { ...access, hostname: "llm" } }, `gcp.access.hostname: "llm" ${hostname}`],
    [
      "a range of clients",
      { access: { ...access, clients: ["10.8.0.1"] } },
      `gcp.access.clients[0]: "10.8.0.1" ${range}`,
    ],
    [
      "a certificate",
      { access: { ...access, certificate: { ...certificate, chain: "chain.pem" } } },
      'gcp.access.certificate.chain: "chain.pem" is not a PEM certificate; write the text that begins with "-----BEGIN CERTIFICATE-----"',
    ],
  ])("refuses %s that is none", (_title, settings, message) => {
    const own = problems(settings).filter((line) => !line.includes("privateKey"));
    expect(own).toEqual([message]);
  });

  it.each([
    ["zebra", { zebra: 1 }],
    ["network.zebra", { network: { zebra: 1 } }],
    ["network.existing.zebra", { network: { existing: { ...existing, zebra: 1 } } }],
    ["postgres.zebra", { postgres: { zebra: 1 } }],
    ["postgres.maintenance.zebra", { postgres: { maintenance: { zebra: 1 } } }],
    ["cluster.zebra", { cluster: { zebra: 1 } }],
    ["secrets.zebra", { secrets: { zebra: 1 } }],
    ["access.zebra", { access: { ...access, zebra: 1 } }],
    ["redis.zebra", { redis: { zebra: 1 } }],
    ["alerts.zebra", { alerts: { zebra: 1 } }],
  ])("reports the unknown setting %s", (path, settings) => {
    expect(problems(settings)).toEqual([expect.stringContaining(`gcp.${path} is not a setting; write one of `)]);
  });

  it("takes no more labels than Google Cloud does", () => {
    const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`label-${i}`, ""]));
    expect(problems({ labels: labels(60) })).toEqual([]);
    expect(problems({ labels: labels(61) })).toEqual([
      expect.stringMatching(/^gcp\.labels: .* has more labels than Google Cloud takes; write 60 at most$/),
    ]);
  });
});
