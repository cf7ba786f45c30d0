import { expect, it, vi } from "vitest";

import type { KeySet } from "../../../providers/litellm/key-set.ts";
import { keyValue, tokenOf } from "../../../providers/litellm/key-value.ts";
import { provider } from "../../../providers/litellm/virtual-keys.ts";
import { against, type Exchange, KEY_SEED } from "./scripted-litellm.ts";

vi.mock("../../../providers/announce.ts", () => ({ announce: () => Promise.resolve() }));

const BY_HAND = "sk-made-by-hand-0123456789";
const own = (name: string) => tokenOf(keyValue(KEY_SEED, name, {}));
const token = own("team");
const adopted = tokenOf(BY_HAND);
const named = (alias: string, ...tokens: string[]) => ({
  call: `GET /key/list?key_alias=${alias}&return_full_object=true&size=100`,
  answer: { keys: tokens.map((found) => ({ token: found })) },
});
const info = (of: string, answer: object = { info: { key_alias: "team" } }) => ({
  call: `GET /key/info?key=${of}`,
  answer,
});
const gone = { call: `GET /key/info?key=${token}`, status: 404, answer: { error: { message: "Key not found" } } };
const refused = { call: "POST /key/delete", status: 403, answer: { detail: "not allowed" } };
const did = (call: string) => ({ call: `POST /key/${call}`, answer: {} });

const update = (before: object, wanted: object) => (set: (keys: object) => KeySet) =>
  provider.update("", set(before), set(wanted));
/** What the engine keeps of an update that failed in part. */
const failed = async (script: Exchange[], before: object, wanted: object) => {
  const { result } = await against(script, (set) =>
    update(
      before,
      wanted,
    )(set).then(
      () => expect.unreachable("it succeeded"),
      (error: unknown) => (error as { properties: KeySet }).properties,
    ),
  );
  return result;
};

it("a set of keys remembers of a key that left which generation comes next", async () => {
  const leave = update({ team: { alias: "team", generation: 2, token }, lowestGenerations: { other: 3 } }, {});
  const { result } = await against([did("delete")], leave);
  expect(result.outs).not.toHaveProperty("team");
  expect(result.outs?.lowestGenerations).toEqual({ other: 3, team: 3 });
});

it("a set of keys remembers which generation comes next while other keys fail, and which do", async () => {
  const before = { team: { alias: "team", token }, b: { alias: "b", token: own("b") } };
  const wanted = { b: { alias: "b", maxBudget: 3 } };
  const state = await failed([did("delete"), { call: "POST /key/update", status: 403, answer: {} }], before, wanted);
  expect(state).toMatchObject({ b: before.b, lowestGenerations: { team: 2 }, unsureKeys: ["b"] });
  expect(state).not.toHaveProperty("team");
});

it("a set of keys lets a key that somebody deleted come back, but none before it", async () => {
  const read = async (generation: number) => {
    const { result } = await against([gone], (set) =>
      provider.read("", set({ team: { alias: "team", generation, token } })),
    );
    return result;
  };
  expect((await read(2)).props).toMatchObject({ lowestGenerations: { team: 2 } });
  expect((await read(2)).inputs).not.toHaveProperty("lowestGenerations");
  expect((await read(1)).props).not.toHaveProperty("lowestGenerations");
});

it("a set of keys keeps a key that somebody deleted while there are some that it replaced", async () => {
  const replaced = [{ alias: "team-g1", until: "2026-11-25T07:00:00.000Z" }];
  const key = { alias: "team", maxBudget: 5, generation: 2, replaced };
  const { result } = await against([gone], (set) => provider.read("", set({ team: { ...key, token } })));
  expect(result.props?.["team"]).toEqual({ alias: "", generation: 2, replaced, token });
  expect(result.inputs?.["team"]).toEqual({ alias: "", generation: 2, replaced });
});

it("a set of keys takes over a key in place of the one that it made, whose value is over then", async () => {
  const script = [
    ...[named("by-hand", adopted), info(adopted), did("update"), did("update"), info(adopted)],
    ...[info(token), did("update")],
  ];
  const adopt = { alias: "team", adopt: "by-hand", adoptedKey: BY_HAND };
  const { result, bodies } = await against(script, update({ team: { alias: "team", token } }, { team: adopt }));
  expect(bodies[2]).toEqual({ key: token, key_alias: "team-g1" });
  expect(bodies[3]).toMatchObject({ key: adopted, key_alias: "team" });
  expect(bodies.at(-1)).toHaveProperty("duration", expect.stringMatching(/^\d+s$/));
  expect(result.outs).toMatchObject({ team: { adopt: "by-hand", token: adopted }, lowestGenerations: { team: 2 } });
});

it("a set of keys refuses to take over the key that is there already", async () => {
  const taking = against(
    [named("team", token)],
    update({ team: { alias: "team", token } }, { team: { alias: "team", adopt: "team" } }),
  );
  await expect(taking).rejects.toThrow(
    "`team`: `adopt` names the key that is there already (`team`): undo this change.",
  );
});

it("a set of keys finds no key to take over where there is only the one to be replaced", async () => {
  const script = [named("by-nobody"), named("team", token)];
  const taking = against(
    script,
    update({ team: { alias: "team", token } }, { team: { alias: "team", adopt: "by-nobody" } }),
  );
  await expect(taking).rejects.toThrow("LiteLLM has no key with the alias or hash `by-nobody`");
});

it("a set of keys never has a value that was given in its outputs, where nothing would encrypt it", async () => {
  const state = { alias: "team", adopt: "by-hand", adoptedKey: BY_HAND, token: adopted };
  expect(JSON.stringify(await failed([refused], { team: state }, {}))).not.toContain(BY_HAND);
  const { result } = await against([], update({ team: state }, { team: { ...state, token: undefined } }));
  expect(JSON.stringify(result.outs)).not.toContain(BY_HAND);
  const { result: seen } = await against([info(adopted)], (set) => provider.read("", set({ team: state })));
  expect(JSON.stringify(seen)).not.toContain(BY_HAND);
});

it("a set of keys swaps the aliases of two keys", async () => {
  const [a, b] = [own("a"), own("b")];
  const before = { a: { alias: "a", token: a }, b: { alias: "b", token: b } };
  const updates = Array.from({ length: 4 }, () => did("update"));
  const script = [...updates, info(a, { info: { key_alias: "b" } }), info(b, { info: { key_alias: "a" } })];
  const { bodies } = await against(script, update(before, { a: { alias: "b" }, b: { alias: "a" } }));
  const sent = bodies.slice(0, 4) as { key: string; key_alias: string }[];
  expect(sent.map(({ key_alias }) => key_alias)).toEqual([`renamed-${a}`, `renamed-${b}`, "b", "a"]);
});
