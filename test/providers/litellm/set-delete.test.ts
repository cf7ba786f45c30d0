import { expect, it } from "vitest";

import { keyValue, tokenOf } from "../../../providers/litellm/key-value.ts";
import { provider } from "../../../providers/litellm/virtual-keys.ts";
import { against, type Exchange, KEY_SEED } from "./scripted-litellm.ts";

const own = (name: string) => tokenOf(keyValue(KEY_SEED, name, {}));
const token = own("team");
const remove = (...script: Exchange[]) =>
  against(script, (set) => provider.delete("", set({ team: { alias: "team", token } })));

it("deleting a set of keys names the key by its hash", async () => {
  const { bodies } = await remove({ call: "POST /key/delete", answer: { deleted_keys: [token] } });
  expect(bodies).toEqual([{ keys: [token] }]);
});

it("deleting a set of keys is content with a key that is gone already", async () => {
  const gone = { call: "POST /key/delete", status: 404, answer: { error: { message: "No keys found" } } };
  await expect(remove(gone)).resolves.toBeDefined();
});

it("deleting a set of keys does not take a key for gone because another program has LiteLLM's port", async () => {
  const other = { call: "POST /key/delete", status: 404, answer: { detail: "Not Found" } };
  await expect(remove(other)).rejects.toThrow("LiteLLM answered 404 to POST /key/delete: Not Found");
});

it("deleting a set of keys does not take another refusal for success", async () => {
  const refused = { call: "POST /key/delete", status: 403, answer: { detail: "not allowed" } };
  await expect(remove(refused)).rejects.toThrow("LiteLLM answered 403 to POST /key/delete: not allowed");
});

it("deleting a set of keys deletes many keys by calls that each take little of LiteLLM's time", async () => {
  const did = { call: "POST /key/delete", answer: {} };
  const names = Array.from({ length: 60 }, (_, index) => `key-${index}`);
  const keys = Object.fromEntries(names.map((name) => [name, { alias: name, token: own(name) }]));
  const { bodies } = await against([did, did, did], (set) => provider.delete("", set(keys)));
  expect(bodies.map((body) => (body as { keys: string[] }).keys.length).sort()).toEqual([10, 25, 25]);
});
