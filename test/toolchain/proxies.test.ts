import { expect, it } from "vitest";

import { pastProxies } from "../../toolchain/no-proxy.ts";

it("the environment behind a proxy sets nothing where there is no proxy", () => {
  expect(pastProxies({ NO_PROXY: "example.com", https_proxy: "" })).toEqual({});
});

it.each(["https_proxy", "HTTPS_PROXY", "http_proxy", "ALL_PROXY", "grpc_proxy"])(
  "the environment behind a proxy leads past %s to this machine",
  (name) => {
    const value = "127.0.0.1,localhost,::1";
    expect(pastProxies({ [name]: "http://proxy.example.com:3128" })).toEqual({ NO_PROXY: value, no_proxy: value });
  },
);

it("the environment behind a proxy leaves an asterisk alone, which means everybody only by itself", () => {
  const env = { HTTP_PROXY: "http://proxy", NO_PROXY: "*" };
  expect(pastProxies(env)).toEqual({ NO_PROXY: "*", no_proxy: "*" });
});

it("the environment behind a proxy keeps who else is called without a proxy, whichever spelling says so", () => {
  const value = "internal.example.com,localhost,10.0.0.0/8,127.0.0.1,::1";
  const env = { HTTP_PROXY: "http://proxy", NO_PROXY: "internal.example.com, localhost", no_proxy: "10.0.0.0/8" };
  expect(pastProxies(env)).toEqual({ NO_PROXY: value, no_proxy: value });
  expect(pastProxies({ ...env, no_grpc_proxy: "other" })).toMatchObject({ no_grpc_proxy: value });
});
