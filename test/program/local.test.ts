import { expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { deploy } from "./deploy.ts";

// Whether a port is free depends on the machine, and is tested with the real one.
vi.mock("../../components/local/free-ports.ts", () => ({ freePorts: () => () => Promise.resolve([]) }));

const { resources } = await deploy("local");

it("provisions exactly the resources of the committed list", async () => {
  await expect(yaml.stringify(resources, { lineWidth: 0 })).toMatchFileSnapshot("local.resources.yaml");
});
