import { z } from "zod";

import type { Provider } from "../provider-server.ts";
import { randomBytesType, randomId } from "./bytes.ts";
import { randomPassword, randomString } from "./text.ts";

/** Stands in for the official plugin `random` where that can't be downloaded. */
export function provider(): Provider {
  return {
    version: "4.21.2",
    config: z.object({}),
    resources: {
      "random:index/randomBytes:RandomBytes": randomBytesType,
      "random:index/randomId:RandomId": randomId,
      "random:index/randomPassword:RandomPassword": randomPassword,
      "random:index/randomString:RandomString": randomString,
    },
  };
}
