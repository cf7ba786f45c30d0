import { expect, it } from "vitest";

import { ComponentEnded } from "./test-cluster.ts";

it("the error of a component that ended shows where a Go program says why it gave up, and not the end of the list of what it was doing", () => {
  const routines = Array.from({ length: 200 }, (_, index) => `goroutine ${index} [select]:`);
  const log = ['{"msg":"Watch all nodes"}', "panic: assignment to entry in nil map", "", ...routines].join("\n");
  const { message } = new ComponentEnded("kwok", 2, log);
  expect(message).toMatch(/^kwok ended with exit code 2:\npanic: assignment to entry in nil map\n/);
  expect(message).not.toContain("Watch all nodes");
  expect(message).not.toContain("goroutine 199");
});

it("the error of a component that ended shows the end of the log of one that says so in a line", () => {
  const log = [...Array.from({ length: 9 }, (_, index) => `line ${index}`), "bind: address already in use\n"].join(
    "\n",
  );
  expect(new ComponentEnded("etcd", 1, log).message).toBe(
    "etcd ended with exit code 1:\nline 5\nline 6\nline 7\nline 8\nbind: address already in use",
  );
});
