import { defineConfig } from "vitest/config";

/** Tests against real software, which take minutes; the others take seconds and are what `npm run check` runs. */
const real = "test/**/*.engine.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: [real],
          isolate: false,
          setupFiles: ["test/shared-process.ts"],
          // Some start commands, which on a busy machine take many times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // By default, vitest leaves one core to itself.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "engine",
          include: [real],
          globalSetup: "test/engine/before-all.ts",
          // After the fast ones, which fail sooner.
          sequence: { groupOrder: 1 },
          // Two cores: more than two stacks at once only wait for each other.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
