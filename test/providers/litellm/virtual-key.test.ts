import { describe, expect, it } from "vitest";

import { tokenOf } from "../../../providers/litellm/key-store.ts";
import { type Inputs, provider } from "../../../providers/litellm/virtual-key.ts";
import { type Exchange, scriptedLiteLlm } from "./scripted-litellm.ts";

const key = "sk-0123456789abcdefghij";
const token = tokenOf(key);
const INFO = `GET /key/info?key=${token}`;
const NAMED = "GET /key/list?key_alias=research-team&return_full_object=true&size=100";
const ours = { call: NAMED, answer: { keys: [{ token, created_at: "2026-11-24T06:00:00Z" }] } };

const settings = { alias: "research-team", models: ["gpt-4o"], maxBudget: 50, budgetDuration: "30d" };
const wire = {
  key_alias: "research-team",
  models: ["gpt-4o"],
  max_budget: 50,
  budget_duration: "30d",
  metadata: {},
  ...{ team_id: null, user_id: null, agent_id: null, budget_id: null, budget_limits: [], budget_fallbacks: {} },
  ...{ tpm_limit: null, rpm_limit: null, tpd_limit: null, max_parallel_requests: null },
  ...{ aliases: {}, permissions: {}, router_settings: {}, config: {} },
  ...{ allowed_routes: [], allowed_cache_controls: [], access_group_ids: [] },
  blocked: false,
};
const aliasTaken = {
  status: 400,
  answer: { error: { message: "Key with alias 'research-team' already exists", code: "400" } },
};

/** Runs `work` against a LiteLLM that answers what the script says, and nothing but it. */
async function against<T>(script: Exchange[], work: (inputs: Inputs) => Promise<T>) {
  const litellm = await scriptedLiteLlm(...script);
  try {
    const result = await work({ ...settings, key, gateway: { url: litellm.url }, masterKey: "sk-master" });
    return { result, bodies: litellm.bodies };
  } finally {
    await litellm.end();
  }
}

describe("create", () => {
  it("sends the key that was chosen, and reads back that it was stored", async () => {
    const { result, bodies } = await against(
      [{ call: "POST /key/generate", answer: { key, token } }, { call: INFO, answer: { info: wire } }, ours],
      (inputs) => provider.create(inputs),
    );
    expect(bodies[0]).toEqual({ key, ...wire });
    expect(result.id).toBe(token);
    expect(result.outs).toMatchObject({ ...settings, key, token });
  });

  it("finds its own key again when the reply to the attempt before got lost", async () => {
    const { result } = await against(
      [{ call: "POST /key/generate", ...aliasTaken }, { call: INFO, answer: { info: wire } }, ours],
      (inputs) => provider.create(inputs),
    );
    expect(result.id).toBe(token);
  });

  it("brings a key in line that LiteLLM only pretended to store", async () => {
    const { bodies } = await against(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: INFO, answer: { info: { ...wire, key_alias: "other", max_budget: 1 } } },
        { call: NAMED, answer: { keys: [] } },
        { call: "POST /key/update", answer: {} },
        { call: INFO, answer: { info: wire } },
      ],
      (inputs) => provider.create(inputs),
    );
    expect(bodies[3]).toEqual({ key: token, ...wire });
  });

  it("gives way to the older one of two keys that got the same alias at once", async () => {
    const other = { token: "f".repeat(64), created_at: "2026-11-24T05:59:59Z" };
    const create = against(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: INFO, answer: { info: wire } },
        { call: NAMED, answer: { keys: [...ours.answer.keys, other] } },
        { call: "POST /key/delete", answer: {} },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with the alias `research-team`");
  });

  it("does not delete its own key because somebody renamed it and took its alias", async () => {
    const other = { token: "f".repeat(64), created_at: "2026-11-24T06:00:00Z" };
    const create = against(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: INFO, answer: { info: { ...wire, key_alias: "renamed" } } },
        { call: NAMED, answer: { keys: [other] } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with the alias `research-team`");
  });

  it("names the setting that LiteLLM took and did not store", async () => {
    const create = against(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: INFO, answer: { info: { ...wire, max_budget: 1 } } },
        ours,
        { call: "POST /key/update", answer: {} },
        { call: INFO, answer: { info: { ...wire, max_budget: 1 } } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("but stored `maxBudget` as 1");
  });

  it("refuses an alias that belongs to somebody else's key", async () => {
    const create = against(
      [
        { call: "POST /key/generate", ...aliasTaken },
        { call: INFO, status: 404, answer: { error: { message: "Key not found" } } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with the alias `research-team`");
  });

  it("tries again when the database behind LiteLLM is away for a moment", async () => {
    const { result } = await against(
      [
        { call: "POST /key/generate", status: 500, answer: { error: { message: "Can't reach database server" } } },
        { call: "POST /key/generate", answer: { key, token } },
        { call: INFO, answer: { info: wire } },
        ours,
      ],
      (inputs) => provider.create(inputs),
    );
    expect(result.id).toBe(token);
  });

  it("says what to do when the master key is wrong, and shows neither key", async () => {
    const create = against(
      [{ call: "POST /key/generate", status: 401, answer: { error: { message: key } } }],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow(
      "LiteLLM answered 401 to POST /key/generate: it does not accept the master key. If the key was changed, run `pulumi up`, which gives the new one to all.",
    );
  });
});

describe("read", () => {
  const read = (inputs: Inputs) => provider.read(token, { ...inputs, token });

  it.each([
    ["unknown", { status: 404, answer: { error: { message: "Key not found" } } }],
    ["deleted, which LiteLLM still shows", { answer: { info: { ...wire, status: "deleted" } } }],
  ])("reports a key as gone that is %s", async (_, answer) => {
    const { result } = await against([{ call: INFO, ...answer }], read);
    expect(result).toEqual({});
  });

  it("reports what was changed behind our back by property", async () => {
    const info = { ...wire, max_budget: 70, rpm_limit: 5, metadata: { note: "x", tags: [] } };
    const { result } = await against([{ call: INFO, answer: { info } }], read);
    expect(result.inputs).toMatchObject({ ...settings, maxBudget: 70, rpmLimit: 5, metadata: { note: "x" }, key });
  });

  it("reports no change where LiteLLM merely writes it otherwise", async () => {
    const { result } = await against([{ call: INFO, answer: { info: { ...wire, max_budget: 50.0 } } }], read);
    const { gateway, masterKey, ...rest } = result.inputs ?? {};
    expect({ gateway, masterKey }).toEqual({
      gateway: { url: expect.stringMatching("http://127.0.0.1:") as string },
      masterKey: "sk-master",
    });
    expect(rest).toEqual({ ...settings, key });
  });
});

describe("update", () => {
  const update = (before: Partial<Inputs>, after: Partial<Inputs>) => (inputs: Inputs) =>
    provider.update(token, { ...inputs, ...before, token }, { ...inputs, ...after });
  const sent = async (before: Partial<Inputs>, after: Partial<Inputs>) => {
    const info = { ...wire, ...(after.maxBudget !== undefined && { max_budget: after.maxBudget }) };
    const script = [
      { call: "POST /key/update", answer: {} },
      { call: INFO, answer: { info } },
    ];
    return (await against(script, update(before, after))).bodies[0];
  };

  it("clears on the server what was removed from the code", async () => {
    expect(await sent({ tpmLimit: 10, metadata: { a: "b" } }, {})).toEqual({ key: token, ...wire });
  });

  it("says whose alias it is that it can't have", async () => {
    const failing = against([{ call: "POST /key/update", ...aliasTaken }], update({ alias: "other" }, {}));
    await expect(failing).rejects.toThrow("LiteLLM has another key with the alias `research-team`");
  });

  it("sends the expiry only if it changed, since sending it moves it", async () => {
    expect(await sent({ duration: "90d" }, { duration: "90d", maxBudget: 60 })).not.toHaveProperty("duration");
    expect(await sent({ duration: "90d" }, { duration: "30d" })).toHaveProperty("duration", "30d");
    expect(await sent({ duration: "90d" }, {})).toHaveProperty("duration", null);
  });
});

describe("diff", () => {
  const inputs: Inputs = { ...settings, key, gateway: { url: "http://127.0.0.1:4000" }, masterKey: "sk-master" };
  const diff = (news: Partial<Inputs>) => provider.diff(token, { ...inputs, token }, { ...inputs, ...news });

  it("sees no change where there is none", async () => {
    expect(await diff({})).toMatchObject({ changes: false, replaces: [] });
  });

  it("updates in place whatever changes, the key itself too", async () => {
    expect(await diff({ maxBudget: 60 })).toMatchObject({ changes: true, replaces: [] });
    expect(await diff({ key: `${key}x` })).toMatchObject({ changes: true, replaces: [] });
  });

  it("frees the key before somebody has it replaced, since the new one is the same", async () => {
    expect(await diff({})).toMatchObject({ deleteBeforeReplace: true });
  });

  it("notices another master key, which the next refresh and destroy will need", async () => {
    expect(await diff({ masterKey: "sk-other" })).toMatchObject({ changes: true, replaces: [] });
  });
});

describe("delete", () => {
  const remove = (inputs: Inputs) => provider.delete(token, { ...inputs, token });

  it("names the key by its hash", async () => {
    const { bodies } = await against([{ call: "POST /key/delete", answer: { deleted_keys: [token] } }], remove);
    expect(bodies).toEqual([{ keys: [token] }]);
  });

  it("is content with a key that is gone already", async () => {
    const gone = { call: "POST /key/delete", status: 404, answer: { error: { message: "No keys found" } } };
    await expect(against([gone], remove)).resolves.toBeDefined();
  });

  it("does not take another refusal for success", async () => {
    const refused = { call: "POST /key/delete", status: 403, answer: { detail: "not allowed" } };
    await expect(against([refused], remove)).rejects.toThrow("LiteLLM answered 403 to POST /key/delete: not allowed");
  });
});
