import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { describe, expect, it } from "vitest";

import { type Inputs, type Outputs, provider } from "../../../providers/sagewai/enrollment-key.ts";
import { enrollmentHash, enrollmentValue } from "../../../providers/sagewai/enrollment-value.ts";

const KEYS = "/api/v1/fleet/enrollment-keys";

interface Exchange {
  call: string;
  status?: number;
  answer: object;
}

/** Runs `work` against an admin that answers what the script says, and nothing but it: what it was told by POST. */
async function against(script: Exchange[], work: (inputs: Inputs) => Promise<unknown>): Promise<unknown[]> {
  const bodies: unknown[] = [];
  const asked: string[] = [];
  const expected = script.map(({ call }) => call);
  const server = createServer((request, response) => {
    void (async () => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      expect(request.headers.authorization).toBe("Bearer sw_token");
      if (request.method === "POST") bodies.push(await json(request));
      const { status = 200, answer = {} } = script.shift() ?? {};
      response.writeHead(status).end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work({ adminAccess: { url }, apiToken: "sw_token", pool: "gpu", project: "research", seed: "seed" });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  expect(asked).toEqual(expected);
  return bodies;
}

const name = (generation: number) =>
  `pool gpu, project research, sha256 ${enrollmentHash(enrollmentValue("seed", generation))}`;
const state = (inputs: Inputs, more: Partial<Outputs> = {}): Outputs => ({
  ...inputs,
  generation: 1,
  keyId: "id-1",
  ...more,
});
const given = { adminAccess: { url: "http://127.0.0.1:1" }, apiToken: "sw_token", pool: "gpu", seed: "seed" };

describe("the enrollment key of a pool", () => {
  it("is declared by its hash, and its value is told nobody", async () => {
    const bodies = await against(
      [{ call: `POST ${KEYS}`, status: 201, answer: { id: "id-1", key: "" } }],
      async (inputs) => {
        expect(await provider.create({ ...inputs, generation: 1 })).toEqual({ id: "gpu", outs: state(inputs) });
      },
    );
    expect(bodies).toEqual([{ name: name(1), pools: ["gpu"], max_uses: null }]);
    expect(JSON.stringify(bodies)).not.toContain(enrollmentValue("seed", 1));
  });

  it("gets another value for each that was revoked", async () => {
    const revoked = { call: `POST ${KEYS}`, status: 409, answer: { detail: "The enrollment key … was revoked." } };
    const script = [revoked, revoked, { call: `POST ${KEYS}`, status: 201, answer: { id: "id-3", key: "" } }];
    const bodies = await against(script, async (inputs) => {
      const { outs } = await provider.update("gpu", state(inputs, { generation: 2 }), { ...inputs, generation: 1 });
      expect(outs).toEqual(state(inputs, { generation: 4, keyId: "id-3" }));
    });
    expect(bodies).toEqual([2, 3, 4].map((generation) => ({ name: name(generation), pools: ["gpu"], max_uses: null })));
  });

  it("is not left behind at an admin of a former release, which makes up keys of its own", async () => {
    const script = [
      { call: `POST ${KEYS}`, status: 201, answer: { id: "id-1", key: "made-up" } },
      { call: `DELETE ${KEYS}/id-1`, answer: { status: "ok" } },
    ];
    await against(script, async (inputs) => {
      await expect(provider.create(inputs)).rejects.toThrow(
        "The Sagewai admin is that of a former release: run `pulumi up` without `--target`.",
      );
    });
  });

  it.each([
    ["is there", [{ id: "id-1", revoked: false }], {}],
    ["was revoked", [{ id: "id-1", revoked: true }], { lost: "revoked" }],
    ["is not there any more", [{ id: "id-2", revoked: false }], { lost: "missing" }],
  ] as const)("is found by a refresh: it %s", async (_case, keys, lost) => {
    await against([{ call: `GET ${KEYS}`, answer: { keys } }], async (inputs) => {
      const { id, props, inputs: read } = await provider.read("gpu", state(inputs, { lost: "revoked" }));
      expect([id, props]).toEqual(["gpu", { ...state(inputs), ...lost }]);
      expect(read).toEqual({ ...inputs, generation: 1, ...lost });
    });
  });

  it.each([200, 404])("is revoked when it is deleted, also when that was done before: %i", async (status) => {
    const script = [{ call: `DELETE ${KEYS}/id-1`, status, answer: {} }];
    expect(await against(script, (inputs) => provider.delete("gpu", state(inputs)))).toEqual([]);
  });

  it("counts up only what was revoked", async () => {
    const generation = async (olds: object) =>
      ((await provider.check(olds as Inputs, given)) as { inputs: Inputs }).inputs.generation;
    expect(await generation({})).toBe(1);
    expect(await generation({ generation: 3 })).toBe(3);
    expect(await generation({ generation: 3, lost: "missing" })).toBe(3);
    expect(await generation({ generation: 3, lost: "revoked" })).toBe(4);
  });

  it.each([
    ["nothing", {}, {}, true],
    ["a generation that an update had to pass", { generation: 2 }, {}, true],
    ["the program's text in the state", { __provider: "former" }, {}, true],
    ["a key that is lost", { lost: "missing" }, {}, false],
    ["the next generation", {}, { generation: 2 }, false],
    ["its project", {}, { project: "payroll" }, false],
    ["its seed", {}, { seed: "another" }, false],
    ["the admin's token", {}, { apiToken: "sw_another" }, false],
    ["the database's server", {}, { databaseServer: "another" }, false],
  ])("is compared with what is wanted: %s", async (_what, before, after, isSame) => {
    const olds = { ...state(given), ...before } as Outputs;
    const result = await provider.diff("gpu", olds, { ...given, generation: 1, ...after });
    expect(result).toMatchObject({ replaces: [] });
    expect(result.changes).toBe(isSame ? false : undefined);
  });
});
