import { describe, expect, it } from "vitest";

import type { Manifest } from "../cluster/api-server.ts";
import { diff, drifted } from "./diff.ts";
import { normalized, pruned } from "./live-state.ts";

function object(apiVersion: string, kind: string, fields: Record<string, unknown>): Manifest {
  return { apiVersion, kind, metadata: { name: "it", namespace: "space" }, ...fields };
}

const config = (data: Record<string, string>, more: object = {}) => object("v1", "ConfigMap", { data, ...more });
const web = (spec: Record<string, unknown>) => object("apps/v1", "Deployment", { spec });

describe("diff", () => {
  it("names each property that differs, in the engine's notation", () => {
    const before = web({ replicas: 1, template: { spec: { containers: [{ image: "a" }, { image: "b" }] } } });
    const after = web({ template: { spec: { containers: [{ image: "a" }, { image: "c" }], volumes: [{}] } } });
    expect(diff(before, after, {})).toEqual([
      { property: "spec.replicas", kind: "delete", replaces: false },
      { property: "spec.template.spec.containers[1].image", kind: "update", replaces: false },
      { property: "spec.template.spec.volumes", kind: "add", replaces: false },
    ]);
  });

  it("replaces a ConfigMap or Secret whose contents change, unless they are said to be mutable", () => {
    const [before, after] = [config({ "app.yaml": "1" }), config({ "app.yaml": "2" })];
    const change = { property: 'data["app.yaml"]', kind: "update" };
    expect(diff(before, after, {})).toEqual([{ ...change, replaces: true }]);
    expect(diff(before, after, { enableConfigMapMutable: true })).toEqual([{ ...change, replaces: false }]);
    const immutable = config({ "app.yaml": "2" }, { immutable: true });
    expect(diff(before, immutable, { enableConfigMapMutable: true })).toContainEqual({ ...change, replaces: true });
    const secret = (type: string) => object("v1", "Secret", { type });
    expect(diff(secret("Opaque"), secret("other"), { enableSecretMutable: true })).toMatchObject([{ replaces: true }]);
  });

  it.each([
    ["apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "a" } } } }],
    ["apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{}] } }],
    ["batch/v1", "Job", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }],
    ["v1", "PersistentVolumeClaim", { spec: { storageClassName: "a" } }],
    ["v1", "Service", { spec: { clusterIP: "None" } }],
  ])("replaces a %s %s for what can't change in place", (apiVersion, kind, fields) => {
    const changes = diff(object(apiVersion, kind, { spec: {} }), object(apiVersion, kind, { spec: {}, ...fields }), {});
    expect(changes.filter(({ replaces }) => replaces)).toHaveLength(1);
  });

  it("does not take one property for another whose name begins the same", () => {
    const service = (spec: object) => object("v1", "Service", { spec });
    const changes = diff(service({}), service({ clusterIPs: ["10.0.0.1"] }), {});
    expect(changes).toEqual([{ property: "spec.clusterIPs", kind: "add", replaces: false }]);
  });
});

describe("diff of the object as it was last seen", () => {
  const pods = (spec: object) => web({ template: { spec } });
  const sized = (cpu: string, memory: string) => pods({ containers: [{ resources: { requests: { cpu, memory } } }] });
  const seen = (live: Manifest, wanted: Manifest) => pruned(normalized(live), normalized(wanted)) as Manifest;

  it.each([
    ["1000m", "1024Mi", "1", "1Gi"],
    ["0.5", "1.5Gi", "500m", "1536Mi"],
    ["250m", "300Mi", "250m", "300Mi"],
  ])("takes the quantities %s and %s for what the API server makes of them", (cpu, memory, liveCpu, liveMemory) => {
    const wanted = sized(cpu, memory);
    expect(diff(seen(sized(liveCpu, liveMemory), wanted), wanted, {})).toEqual([]);
  });

  it("shows for ever what the API server writes in any other way", () => {
    const wanted = web({ replicas: 2 });
    expect(diff(seen(web({ replicas: 3 }), wanted), wanted, {})).toMatchObject([{ property: "spec.replicas" }]);
  });

  it("takes no notice of what the API server adds, of empty values that it leaves out, and of how a Secret is written", () => {
    const wanted = pods({ containers: [{ image: "a" }], hostNetwork: false, volumes: [] });
    const live = pods({ containers: [{ image: "a", imagePullPolicy: "Always" }], dnsPolicy: "ClusterFirst" });
    expect(diff(seen(live, wanted), wanted, {})).toEqual([]);
    const secret = object("v1", "Secret", { stringData: { token: "a" } });
    const stored = object("v1", "Secret", { data: { token: Buffer.from("a").toString("base64") }, type: "Opaque" });
    expect(diff(seen(stored, secret), secret, {})).toEqual([]);
  });

  it("evens nothing out in kinds that are not part of Kubernetes", () => {
    const wanted = object("example.com/v1", "Thing", { requests: { cpu: "1000m" } });
    const live = object("example.com/v1", "Thing", { requests: { cpu: "1" } });
    expect(diff(seen(live, wanted), wanted, {})).toMatchObject([{ property: "requests.cpu" }]);
  });
});

describe("drifted", () => {
  it("takes over what changed since, and leaves alone what the API server only writes in another way", () => {
    const inputs = { spec: { cpu: "1000m", replicas: 2, ports: [{ port: 80 }] }, data: { a: "1", b: "2" } };
    const state = { spec: { cpu: "1", replicas: 2, ports: [{ port: 80, protocol: "TCP" }] }, data: { a: "1", b: "2" } };
    const live = { spec: { cpu: "1", replicas: 3, ports: [{ port: 81, protocol: "TCP" }] }, data: { a: "1" } };
    expect(drifted(inputs, state, live)).toEqual({
      spec: { cpu: "1000m", replicas: 3, ports: [{ port: 81 }] },
      data: { a: "1" },
    });
  });
});
