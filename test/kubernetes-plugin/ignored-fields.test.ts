import { describe, expect, it } from "vitest";

import type { Manifest } from "../cluster/api-server.ts";
import { leavingAlone } from "./ignored-fields.ts";

const REPLICAS = { "f:spec": { "f:replicas": {} } };

/** A Deployment with so many pods whose fields are set by these, and by nobody else. */
function web(replicas: number, fieldsOf: Record<string, object> = {}): Manifest {
  const managedFields = Object.entries(fieldsOf).map(([manager, fieldsV1]) => ({ manager, fieldsV1 }));
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", managedFields },
    spec: { replicas, paused: false },
  };
}

const applied = (live: Manifest) => leavingAlone(["spec.replicas"], web(2), live, "us")["spec"];

describe("leavingAlone", () => {
  it("says nothing of what others have set alone", () => {
    expect(applied(web(5, { us: { "f:spec": { "f:paused": {} } }, autoscaler: REPLICAS }))).toEqual({ paused: false });
  });

  it("says what is there of what is ours, whether or not others have set it too", () => {
    expect(applied(web(5, { us: REPLICAS }))).toEqual({ replicas: 5, paused: false });
    expect(applied(web(5, { us: REPLICAS, autoscaler: REPLICAS }))).toEqual({ replicas: 5, paused: false });
  });

  it("says what is there of what nobody is on record for", () => {
    expect(applied(web(5, { us: { "f:metadata": {} } }))).toEqual({ replicas: 5, paused: false });
  });

  it("says what is wanted of what isn't there", () => {
    expect(applied({ ...web(5), spec: {} })).toEqual({ replicas: 2, paused: false });
  });

  it("leaves alone nothing else", () => {
    expect(leavingAlone([], web(2), web(5, { autoscaler: REPLICAS }), "us")).toEqual(web(2));
  });
});
