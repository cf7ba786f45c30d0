import { z } from "zod";

import { declare } from "../cloud-type.ts";

/** What GKE makes: no program can, but it uses what programs make. */
const made = { inputs: z.strictObject({}), immutable: [], computed: [], id: "{random}", outputs: () => ({}) };

/** What clients of a Gateway get to. */
export const loadBalancer = declare({
  ...made,
  uses: {
    addresses: "compute/Address",
    certificates: "certificatemanager/Certificate",
    sslPolicies: "compute/RegionSslPolicy",
  },
});

/** What is behind it. */
export const backendService = declare({ ...made, uses: { securityPolicies: "compute/RegionSecurityPolicy" } });
