import { describe, expect, it } from "vitest";

import { parseSettings } from "../../config/settings.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const settingsOf = (settings: Record<string, unknown>) => parseSettings(rawConfig({ ...minimal, ...settings }));
const projectOf = (settings: Record<string, unknown>) =>
  settingsOf({ projects: { team: { models: ["gpt-4o"], budget: 40, ...settings } } }).projects[0];

describe("what `pulumi config set` stores", () => {
  it.each([
    ["a budget", { budget: "40" }, { budget: 40 }],
    ["cents", { budget: "12.50" }, { budget: 12.5 }],
    ["a limit", { rpmLimit: "60" }, { rpmLimit: 60 }],
    ["a generation", { generation: "2" }, { generation: 2 }],
    ["a number as metadata", { metadata: { floor: 4711 } }, { metadata: { project: "team", floor: "4711" } }],
    ["a switch as metadata", { metadata: { pilot: true } }, { metadata: { project: "team", pilot: "true" } }],
    [
      "a day, as Pulumi hands over one without quotes",
      { metadata: { since: "2024-08-06 00:00:00 +0000 UTC" } },
      { metadata: { project: "team", since: "2024-08-06" } },
    ],
    ["a number as the alias", { alias: 7 }, { alias: "7" }],
  ])("is taken as it is meant: %s", (_, said, meant) => {
    expect(projectOf(said)).toMatchObject(meant);
  });

  it("is taken so in every section, at its top and in lists", () => {
    expect(settingsOf({ protect: "true" }).protect).toBe(true);
    expect(settingsOf({ litellm: { port: "4100" } }).litellm.port).toBe(4100);
    const [model] = settingsOf({ models: [{ ...minimal.models[0], price: { input: "3", output: "0.15" } }] }).models;
    expect(model?.price).toEqual({ input: 3, output: 0.15 });
    const labels = { zone: 3, spot: false };
    const [pool] = settingsOf({ pools: { p: { models: ["gpt-4o"], budget: "5", replicas: "2", labels } } }).pools;
    expect(pool).toMatchObject({ budget: 5, replicas: 2, labels: { zone: "3", spot: "false" } });
  });

  it.each([
    ["a version of which a digit is lost", { litellm: { version: 1.1 } }, "litellm.version: 1.1 is not a version"],
    ["words", { litellm: { port: "4000 or so" } }, 'litellm.port: "4000 or so" is not a port'],
    ["another way to write a number", { litellm: { port: "0x10" } }, 'litellm.port: "0x10" is not a port'],
    ["nothing", { litellm: { port: "" } }, 'litellm.port: "" is not a port'],
    ["more digits than a number has", { litellm: { port: "9".repeat(400) } }, "is not a port"],
  ])("is refused where it can't be meant: %s", (_, settings, message) => {
    expect(problemsOf({ ...minimal, ...settings }).join()).toContain(message);
  });
});
