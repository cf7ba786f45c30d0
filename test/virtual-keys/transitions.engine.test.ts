import { isDeepStrictEqual } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { FIELDS } from "../../config/litellm/key-fields.ts";
import { REFUSED } from "../../config/litellm/refused-fields.ts";
import { CLOSED_FIELDS, TEAM_FIELDS, UNUSED_FIELDS } from "../../config/litellm/team-fields.ts";
import type { KeySet, KeyState } from "../../providers/litellm/key-set.ts";
import { provider } from "../../providers/litellm/virtual-keys.ts";
import { documented, UPDATE } from "./documented.ts";
import { FIELD_VALUES } from "./field-values.ts";
import { TestGateway } from "./gateway.ts";
import { oneKey, settingsOf, withSettings } from "./one-key.ts";

type Name = keyof typeof FIELD_VALUES;
const NAMES = Object.keys(FIELD_VALUES) as Name[];
const COLUMNS = [
  "set",
  "change",
  "remove",
  "set again",
  "zero or empty",
  "changed outside",
  "repaired",
  "set outside",
  "removed",
];

/** What came of each transition of each setting; what is missing was not reached. */
const results: Record<string, Record<string, string>> = {};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
  for (const id of ["team-1", "team-2"]) await gateway.call("POST", "/team/new", { team_id: id, team_alias: id });
  for (const id of ["budget-1", "budget-2"]) {
    await gateway.call("POST", "/budget/new", { budget_id: id, max_budget: 100, soft_budget: 50 });
  }
});

afterAll(() => gateway.delete());

/** One key through its life, by the calls that the engine makes. */
class Key {
  readonly #base: KeySet;
  readonly #name: Name;
  #state: KeySet | undefined;

  constructor(name: Name) {
    this.#name = name;
    this.#base = oneKey(gateway.access, { alias: `transition-${name}` });
  }

  /** Update to a value: afterwards the server holds it, and a preview finds nothing to do. */
  async becomes(value: unknown): Promise<string> {
    const inputs = await this.#checked(value);
    if (this.#state) {
      if (await this.#differs(inputs)) this.#state = (await provider.update("", this.#state, inputs)).outs;
    } else {
      this.#state = (await provider.create(inputs)).outs;
    }
    const stored = await this.#stored();
    if (this.#name !== "duration" && !isDeepStrictEqual(stored, plain(inTheirNames(this.#name, value)))) {
      return `the server holds ${JSON.stringify(stored)}`;
    }
    if (this.#name === "duration" && (stored === undefined) !== (value === undefined)) return "expiry is wrong";
    return this.#isSettled(value);
  }

  /** Changes it on the server behind the back of the code. */
  async changeOutside(value: unknown): Promise<void> {
    const body = { key: this.#token, [FIELDS[this.#name].wire]: inTheirNames(this.#name, value) };
    await gateway.call("POST", "/key/update", body);
  }

  /** The names of what a refresh finds changed. */
  async refresh(): Promise<string[]> {
    const before = settingsOf(this.#state);
    const { props } = await provider.read("", this.#state);
    this.#state = props;
    const after = settingsOf(props);
    const names = new Set([...Object.keys(after), ...Object.keys(before)]) as Set<keyof KeyState>;
    return [...names].filter((name) => name !== "expires" && !isDeepStrictEqual(before[name], after[name]));
  }

  delete(): Promise<void> {
    if (!this.#state) throw new Error("there is no key");
    return provider.delete("", this.#state);
  }

  get #token(): string {
    return settingsOf(this.#state).token;
  }

  async #checked(value: unknown): Promise<KeySet> {
    const news = value === undefined ? this.#base : withSettings(this.#base, { [this.#name]: value });
    const { inputs = news, failures = [] } = await provider.check(this.#state ?? ({} as KeySet), news);
    expect(failures).toEqual([]);
    return inputs;
  }

  /** What is on the server, seen by nothing that this package does when it compares. */
  async #stored(): Promise<unknown> {
    const info = await gateway.info(this.#token);
    if (this.#name === "duration") return info["expires"] ?? undefined;
    const { wire, home } = FIELDS[this.#name];
    const budget = info["litellm_budget_table"] as Record<string, unknown> | undefined;
    const place = home === "metadata" ? info["metadata"] : this.#name === "softBudget" ? budget : info;
    return plain((place as Record<string, unknown> | undefined)?.[wire]);
  }

  async #isSettled(value: unknown): Promise<string> {
    const changed = await this.refresh();
    if (changed.length > 0) return `a refresh finds ${changed.join(", ")} changed`;
    return (await this.#differs(await this.#checked(value))) ? "the next preview is not empty" : "yes";
  }

  /** As the engine takes it: what isn't the same by the provider's word is compared by the engine itself. */
  async #differs(inputs: KeySet): Promise<boolean> {
    if (!this.#state) throw new Error("there is no key");
    const { changes } = await provider.diff("", this.#state, inputs);
    return changes !== false;
  }
}

/** What LiteLLM adds to or leaves empty in a value of its own. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(plain);
  if (value === null || value === undefined || value === false) return undefined;
  if (typeof value !== "object") return value;
  const filled = Object.entries(value)
    .filter(([name]) => !["reset_at", "object_permission_id"].includes(name))
    .map(([name, item]) => [name, plain(item)] as const);
  const present = filled.filter(([, item]) => item !== undefined);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

/** A value as LiteLLM writes it: the names inside some of them differ. */
function inTheirNames(name: Name, value: unknown): unknown {
  if (!["budgetLimits", "allowedVectorStoreIndexes", "objectPermission"].includes(name)) return value;
  const text = JSON.stringify(value ?? null);
  return JSON.parse(
    text.replaceAll(/[a-z][A-Z](?=[A-Za-z]*":)/g, (pair) => `${pair.slice(0, 1)}_${pair.slice(1).toLowerCase()}`),
  );
}

function shown(seen: string[], name: string): string {
  return isDeepStrictEqual(seen, [name]) ? "shown" : `shown as ${seen.join(", ")}`;
}

describe.each(NAMES)("%s", (name) => {
  const { values, empty = [] } = FIELD_VALUES[name];
  const [first, second] = values;

  it("holds on the server what the code says, whatever it said before", async () => {
    const key = new Key(name);
    const row: Record<string, string> = (results[name] = {});
    await key.becomes(undefined);
    row["set"] = await key.becomes(first);
    row["change"] = await key.becomes(second);
    row["remove"] = await key.becomes(undefined);
    row["set again"] = await key.becomes(first);
    const outcomes = [];
    for (const value of empty) outcomes.push(await key.becomes(value), await key.becomes(first));
    row["zero or empty"] = outcomes.length === 0 ? "–" : (outcomes.find((outcome) => outcome !== "yes") ?? "yes");
    await key.changeOutside(second);
    row["changed outside"] = shown(await key.refresh(), name);
    row["repaired"] = await key.becomes(first);
    await key.becomes(undefined);
    await key.changeOutside(first);
    // The soft budget is a property of a budget: that the key got one is what is seen.
    row["set outside"] = shown(await key.refresh(), name === "softBudget" ? "budgetId" : name);
    row["removed"] = await key.becomes(undefined);
    await key.delete();
    const good = ["yes", "shown", "–"];
    expect(Object.entries(row).filter(([, outcome]) => !good.includes(outcome))).toEqual([]);
  });
});

it("a transition never changes a budget that keys share", async () => {
  const shared = async () => {
    const [budget] = await gateway.call<Record<string, unknown>[]>("POST", "/budget/info", { budgets: ["budget-1"] });
    return [budget?.["max_budget"], budget?.["soft_budget"]];
  };
  const inputs = oneKey(gateway.access, { alias: "shares-a-budget" });
  let { outs } = await provider.create(withSettings(inputs, { budgetId: "budget-1" }));
  for (const settings of [
    { softBudget: 3 },
    {},
    { budgetId: "budget-1" },
    { softBudget: 0 },
    { budgetId: "budget-1" },
  ]) {
    outs = (await provider.update("", outs as KeySet, withSettings(inputs, settings))).outs;
    expect(await shared()).toEqual([100, 50]);
    expect(settingsOf(outs)).toMatchObject(settings);
  }
  await provider.delete("", outs as KeySet);
});

it("the table of transitions is what docs/virtual-keys.md says", async () => {
  const lines = NAMES.map(
    (name) => `| \`${name}\` | ${COLUMNS.map((column) => results[name]?.[column] ?? "").join(" | ")} |`,
  );
  const head = [`| setting | ${COLUMNS.join(" | ")} |`, `| --- | ${COLUMNS.map(() => "---").join(" | ")} |`];
  const { written, expected } = await documented("transitions", [...head, ...lines].join("\n"));
  expect(written, UPDATE).toBe(expected);
});

interface Schema {
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

const KEYS_FIELDS = [...Object.values(FIELDS).map((field) => field.wire), ...Object.keys(REFUSED), "key"];
const TEAMS_FIELDS = [
  ...Object.values(TEAM_FIELDS).map((field) => field.wire),
  ...Object.keys({ ...CLOSED_FIELDS, ...UNUSED_FIELDS }),
];

it.each([
  ["keys", ["GenerateKeyRequest", "UpdateKeyRequest"], KEYS_FIELDS],
  ["teams", ["NewTeamRequest", "UpdateTeamRequest"], TEAMS_FIELDS],
])("the list of fields knows every field of LiteLLM's %s", async (_whose, schemas, known) => {
  // LiteLLM takes its time for it, longer than for a call of its management API.
  const { components } = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Schema;
  const theirs = new Set(schemas.flatMap((schema) => Object.keys(components.schemas[schema]?.properties ?? {})));
  const ours = new Set(known);
  expect({
    "new in LiteLLM: add them to the lists, with a reason where they can't be set": [...theirs].filter(
      (field) => !ours.has(field),
    ),
    "gone from LiteLLM: remove them": [...ours].filter((field) => !theirs.has(field)),
  }).toEqual({
    "new in LiteLLM: add them to the lists, with a reason where they can't be set": [],
    "gone from LiteLLM: remove them": [],
  });
});
