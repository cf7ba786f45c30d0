import { afterAll, expect, vi } from "vitest";

// Runs before each file of the fast project. Its files share two processes, as loading Pulumi's packages again for each took
// most of the time: packages stay loaded, the modules of this project are each file's own.

vi.resetModules();

const environment = { ...process.env };
const folder = process.cwd();

afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  expect({ ...process.env }, "the environment that the next file finds").toEqual(environment);
  expect(process.cwd(), "the working directory that the next file finds").toBe(folder);
});
