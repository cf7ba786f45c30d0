// The floors of the house, from the lowest: toolchain, config/litellm, providers and config, components, index.ts and
// operations. No file may import one that leads back to it, types included.

/** Folders of which a rule is about, as a regular expression over paths. */
const of = (...folders) => `^(${folders.join("|")})/`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "toolchain-is-lowest",
      comment: "What a machine needs knows nothing of gateways.",
      severity: "error",
      from: { path: of("toolchain") },
      to: { path: of("config", "providers", "components", "operations", "bench") },
    },
    {
      name: "toolchain-keeps-its-engines",
      comment:
        "What stands in for Pulumi's plugins and Prisma's engine is started as a program, by the toolchain only.",
      severity: "error",
      from: { pathNot: of("toolchain", "test") },
      to: { path: of("toolchain/plugins", "toolchain/prisma") },
    },
    {
      name: "litellm-facts-are-leaves",
      comment: "What LiteLLM takes is the same for settings and providers.",
      severity: "error",
      from: { path: of("config/litellm") },
      to: { pathNot: of("config/litellm", "node_modules"), dependencyTypesNot: ["core"] },
    },
    {
      name: "providers-run-in-processes-of-their-own",
      severity: "error",
      from: { path: of("providers") },
      to: { path: of("config", "components", "operations", "bench"), pathNot: of("config/litellm") },
    },
    {
      name: "config-knows-settings-only",
      comment: "Of providers, the types of what they are given.",
      severity: "error",
      from: { path: of("config") },
      to: {
        path: of("providers", "components", "operations", "toolchain", "bench"),
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "problems-know-no-settings",
      severity: "error",
      from: { path: of("config/problems") },
      to: { path: of("config"), pathNot: of("config/problems") },
    },
    {
      name: "schema-knows-no-rules",
      severity: "error",
      from: { path: of("config/schema") },
      to: { path: of("config"), pathNot: of("config/schema", "config/problems", "config/litellm") },
    },
    {
      name: "rules-know-no-program",
      severity: "error",
      from: { path: of("config/rules") },
      to: { path: "^config/[^/]+\\.ts$" },
    },
    {
      name: "policies-judge-from-outside",
      comment: "Rules look at resources, whatever made them, with what the settings and LiteLLM's names say.",
      severity: "error",
      from: { path: of("policy") },
      to: { path: of("components", "providers", "operations", "toolchain", "bench") },
    },
    {
      name: "nobody-leans-on-policies",
      severity: "error",
      from: { path: of("toolchain", "config", "providers", "components") },
      to: { path: of("policy") },
    },
    {
      name: "components-know-no-commands",
      severity: "error",
      from: { path: of("components") },
      to: { path: of("operations", "bench") },
    },
    {
      name: "nobody-imports-tests",
      severity: "error",
      from: { pathNot: of("test") },
      to: { path: of("test") },
    },
    {
      name: "no-unknown-imports",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
  },
};
