import { describe, expect, it } from "vitest";

import { derivedKey, tokenOf } from "../../../providers/litellm/key-value.ts";
import type { KeyInputs, KeySet } from "../../../providers/litellm/key-set.ts";
import { provider } from "../../../providers/litellm/virtual-keys.ts";
import { against, type Exchange, KEY_SEED } from "./scripted-litellm.ts";

const key = derivedKey(KEY_SEED, "research-team", 1);
const token = tokenOf(key);
const INFO = `GET /key/info?key=${token}`;
const NAMED = "GET /key/list?key_alias=research-team&return_full_object=true&size=100";

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
const created = { token, created_at: "2026-11-24T06:00:00Z" };
const ours = { call: NAMED, answer: { keys: [{ ...wire, ...created }] } };
const aliasTaken = {
  status: 400,
  answer: { error: { message: "Key with alias 'research-team' already exists", code: "400" } },
};

/** Runs `work` against a scripted LiteLLM, with a set of one key. */
const withKey = <T>(script: Exchange[], work: (inputs: KeySet) => Promise<T>) =>
  against(script, (set) => work(set({ "research-team": settings })));

describe("create", () => {
  it("sends the key that was chosen, and reads back that it was stored", async () => {
    const { result, bodies } = await withKey([{ call: "POST /key/generate", answer: { key, token } }, ours], (inputs) =>
      provider.create(inputs),
    );
    expect(bodies[0]).toEqual({ key, ...wire });
    expect(result.outs).toMatchObject({ "research-team": { ...settings, token } });
    expect(JSON.stringify(result.outs)).not.toContain(key);
  });

  it("finds its own key again when the reply to the attempt before got lost", async () => {
    const { result } = await withKey([{ call: "POST /key/generate", ...aliasTaken }, ours], (inputs) =>
      provider.create(inputs),
    );
    expect(result.outs).toMatchObject({ "research-team": { token } });
  });

  it("brings a key in line that LiteLLM only pretended to store", async () => {
    const { bodies } = await withKey(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: NAMED, answer: { keys: [] } },
        { call: INFO, answer: { info: { ...wire, key_alias: "other", max_budget: 1 } } },
        { call: "POST /key/update", answer: {} },
        { call: INFO, answer: { info: wire } },
      ],
      (inputs) => provider.create(inputs),
    );
    expect(bodies[3]).toEqual({ key: token, ...wire });
  });

  it("gives way to the older one of two keys that got the same alias at once", async () => {
    const other = { token: "f".repeat(64), created_at: "2026-11-24T05:59:59Z" };
    const create = withKey(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: NAMED, answer: { keys: [...ours.answer.keys, other] } },
        { call: "POST /key/delete", answer: {} },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with this alias");
  });

  it("does not delete its own key because somebody renamed it and took its alias", async () => {
    const other = { token: "f".repeat(64), created_at: "2026-11-24T06:00:00Z" };
    const create = withKey(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: NAMED, answer: { keys: [other] } },
        { call: INFO, answer: { info: { ...wire, key_alias: "renamed" } } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with this alias");
  });

  it("names the setting that LiteLLM took and did not store", async () => {
    const create = withKey(
      [
        { call: "POST /key/generate", answer: { key, token } },
        { call: NAMED, answer: { keys: [{ ...wire, ...created, max_budget: 1 }] } },
        { call: "POST /key/update", answer: {} },
        { call: INFO, answer: { info: { ...wire, max_budget: 1 } } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("but stored `maxBudget` as 1");
  });

  it("refuses an alias that belongs to somebody else's key", async () => {
    const create = withKey(
      [
        { call: "POST /key/generate", ...aliasTaken },
        { call: NAMED, answer: { keys: [{ token: "f".repeat(64) }] } },
        { call: INFO, status: 404, answer: { error: { message: "Key not found" } } },
      ],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow("LiteLLM has another key with this alias");
  });

  it("tries again when the database behind LiteLLM is away for a moment", async () => {
    const { result } = await withKey(
      [
        { call: "POST /key/generate", status: 500, answer: { error: { message: "Can't reach database server" } } },
        { call: "POST /key/generate", answer: { key, token } },
        ours,
      ],
      (inputs) => provider.create(inputs),
    );
    expect(result.outs).toMatchObject({ "research-team": { token } });
  });

  it("says what to do when the master key is wrong, and shows neither key", async () => {
    const create = withKey(
      [{ call: "POST /key/generate", status: 401, answer: { error: { message: key } } }],
      (inputs) => provider.create(inputs),
    );
    await expect(create).rejects.toThrow(
      "`research-team`: LiteLLM answered 401 to POST /key/generate: it does not accept the master key. If the key was changed, run `pulumi up`, which gives the new one to all.",
    );
  });
});

/** The state of the set after its key was made. */
const made = (inputs: KeySet, more: Partial<KeyInputs> = {}): KeySet => ({
  ...inputs,
  "research-team": { ...settings, ...more, token },
});

describe("read", () => {
  const read = (inputs: KeySet) => provider.read("", made(inputs));

  it.each([
    ["unknown", { status: 404, answer: { error: { message: "Key not found" } } }],
    ["deleted, which LiteLLM still shows", { answer: { info: { ...wire, status: "deleted" } } }],
  ])("leaves out a key that is %s", async (_, answer) => {
    const { result } = await withKey([{ call: INFO, ...answer }], read);
    expect(result.props).not.toHaveProperty("research-team");
    expect(result.inputs).not.toHaveProperty("research-team");
  });

  it("reports what was changed behind our back by property", async () => {
    const info = { ...wire, max_budget: 70, rpm_limit: 5, metadata: { note: "x", tags: [] } };
    const { result } = await withKey([{ call: INFO, answer: { info } }], read);
    expect(result.inputs?.["research-team"]).toEqual({
      ...{ ...settings, maxBudget: 70, rpmLimit: 5, metadata: { note: "x" } },
    });
  });

  it("reports tags that a key got behind our back", async () => {
    const info = { ...wire, metadata: { note: "x", tags: ["eu"] } };
    const { result } = await withKey([{ call: INFO, answer: { info } }], read);
    expect(result.inputs?.["research-team"]).toMatchObject({ metadata: { note: "x", tags: ["eu"] } });
  });

  it("reports no change where LiteLLM merely writes it otherwise", async () => {
    const { result } = await withKey([{ call: INFO, answer: { info: { ...wire, max_budget: 50.0 } } }], read);
    expect(result.inputs).toEqual({ ...result.props, "research-team": settings });
    expect(result.props?.["research-team"]).toEqual({ ...settings, token });
  });

  it("fails when one key can't be read, so that none seems to be gone", async () => {
    const failing = withKey([{ call: INFO, status: 403, answer: { detail: "not allowed" } }], read);
    await expect(failing).rejects.toThrow("LiteLLM answered 403 to GET /key/info: not allowed");
  });

  it("reports another expiry as what is left until then, but not what clocks differ by", async () => {
    const expires = new Date(Date.now() + 86_400_000);
    const seen = async (stored: Date | null) => {
      const info = { ...wire, expires: stored?.toISOString() ?? null };
      const { result } = await withKey([{ call: INFO, answer: { info } }], (inputs) =>
        provider.read("", made(inputs, { duration: "1d", expires: expires.toISOString() })),
      );
      return result.inputs?.["research-team"];
    };
    expect(await seen(new Date(expires.getTime() + 5000))).toMatchObject({
      ...{ duration: "1d", expires: expires.toISOString() },
    });
    expect(await seen(null)).not.toHaveProperty("duration");
    const later = new Date(expires.getTime() + 3_600_000);
    const { duration, ...moved } = (await seen(later)) as KeyInputs;
    expect(moved).toMatchObject({ expires: later.toISOString() });
    expect(Math.abs(Number(duration?.replace("s", "")) - 90_000)).toBeLessThan(60);
  });
});

describe("update", () => {
  const update = (before: Partial<KeyInputs>, after: Partial<KeyInputs>) => (inputs: KeySet) =>
    provider.update("", made(inputs, before), { ...inputs, "research-team": { ...settings, ...after } });
  const sent = async (before: Partial<KeyInputs>, after: Partial<KeyInputs>) => {
    const info = { ...wire, ...(after.maxBudget !== undefined && { max_budget: after.maxBudget }) };
    const script = [
      { call: "POST /key/update", answer: {} },
      { call: INFO, answer: { info } },
    ];
    return (await withKey(script, update(before, after))).bodies[0];
  };

  it("clears on the server what was removed from the code", async () => {
    expect(await sent({ tpmLimit: 10, metadata: { a: "b" } }, {})).toEqual({ key: token, ...wire });
  });

  it("says whose alias it is that it can't have", async () => {
    const failing = withKey([{ call: "POST /key/update", ...aliasTaken }], update({ alias: "other" }, {}));
    await expect(failing).rejects.toThrow("LiteLLM has another key with this alias");
  });

  it("sends the expiry only if it changed, since sending it moves it", async () => {
    const inDays = (days: number) => ({
      duration: `${days}d`,
      expires: new Date(Date.now() + days * 86_400_000).toISOString(),
    });
    const ninety = inDays(90);
    expect(await sent(ninety, { ...ninety, maxBudget: 60 })).not.toHaveProperty("duration");
    expect(await sent(ninety, inDays(30))).toHaveProperty("duration", expect.stringMatching(/^25919\d\ds|2592000s$/));
    expect(await sent(ninety, {})).toHaveProperty("duration", null);
    expect(await sent({}, ninety)).toHaveProperty("duration", expect.stringMatching(/^77759\d\ds|7776000s$/));
  });

  it("makes no call for what does not concern LiteLLM", async () => {
    const { result } = await withKey([], (inputs) =>
      provider.update("", made(inputs), { ...inputs, masterKey: "sk-other-master" }),
    );
    expect(result.outs).toMatchObject({ masterKey: "sk-other-master", "research-team": { ...settings, token } });
  });
});
