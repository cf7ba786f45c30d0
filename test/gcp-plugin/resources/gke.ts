import { z } from "zod";

import { declare } from "../cloud-type.ts";

/** What GKE makes of a Gateway: no program can, but it uses what programs make. */
export const loadBalancer = declare({
  inputs: z.strictObject({}),
  immutable: [],
  computed: [],
  uses: {
    addresses: "compute/Address",
    certificates: "certificatemanager/Certificate",
    sslPolicies: "compute/RegionSslPolicy",
    securityPolicies: "compute/RegionSecurityPolicy",
  },
  id: "{random}",
  outputs: () => ({}),
});
