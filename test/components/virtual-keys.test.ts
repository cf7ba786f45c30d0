import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";

import { VirtualKeys } from "../../components/virtual-keys.ts";

await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
  call: () => ({}),
});

it.each(["Team_A", "team a", "", "id", "urn"])(
  "VirtualKeys refuses a key that is called %j, of which no key would be made",
  (name) => {
    const database = new pulumi.ComponentResource("test:index:Database", "database");
    const secret = pulumi.secret("of-the-test-only");
    const access = pulumi.output({ url: "http://127.0.0.1:4000" });
    const gateway = { access, masterKey: secret, keySeed: secret, database, ready: [] };
    const keys = { team: { alias: "team" }, [name]: { alias: "team-a" } };
    expect(() => new VirtualKeys("keys", { gateway, keys })).toThrow(
      `"${name}" can't be the name of a key: write lower-case letters, digits and hyphens, but neither id nor urn.`,
    );
  },
);
