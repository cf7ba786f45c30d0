import type { KeySettings } from "../../config/litellm/key-fields.ts";

type Optional = Exclude<keyof KeySettings, "alias">;

/** Two values of each setting, and those that could be taken for "not set". IDs name what {@link prepare} makes. */
export const FIELD_VALUES: { [K in Optional]: { values: [unknown, unknown]; empty?: unknown[] } } = {
  metadata: { values: [{ owner: "a", nested: { list: [1, 2] } }, { owner: "b" }], empty: [{}] },
  teamId: { values: ["team-1", "team-2"] },
  userId: { values: ["user-1", "user-2"] },
  agentId: { values: ["agent-1", "agent-2"] },
  models: { values: [["gpt-4o"], ["gpt-4o", "gpt-4o-mini"]], empty: [[]] },
  aliases: { values: [{ fast: "gpt-4o-mini" }, { good: "gpt-4o" }], empty: [{}] },
  allowedRoutes: { values: [["/chat/completions"], ["llm_api_routes"]], empty: [[]] },
  accessGroupIds: { values: [["group-1"], ["group-2"]], empty: [[]] },
  allowedVectorStoreIndexes: {
    values: [
      [{ indexName: "one", indexPermissions: ["read"] }],
      [{ indexName: "two", indexPermissions: ["read", "write"] }],
    ],
    empty: [[]],
  },
  objectPermission: {
    values: [{ vectorStores: ["store-1"], agents: ["agent-1"] }, { searchTools: ["search-1"] }],
    empty: [{}, { vectorStores: [] }],
  },
  permissions: { values: [{ allow_pii_controls: true }, { allow_client_mock_response: true }], empty: [{}] },
  allowedCacheControls: { values: [["no-cache"], ["no-cache", "no-store"]], empty: [[]] },
  maxBudget: { values: [12.5, 80], empty: [0] },
  budgetDuration: { values: ["30d", "7d"] },
  softBudget: { values: [5, 7.25], empty: [0] },
  budgetId: { values: ["budget-1", "budget-2"] },
  budgetLimits: {
    values: [
      [{ maxBudget: 1, budgetDuration: "1d" }],
      [
        { maxBudget: 2, budgetDuration: "1d" },
        { maxBudget: 9, budgetDuration: "7d" },
      ],
    ],
    empty: [[]],
  },
  budgetFallbacks: { values: [{ "gpt-4o": ["gpt-4o-mini"] }, { "gpt-4o-mini": ["gpt-4o"] }], empty: [{}] },
  throttleOnBudgetExceeded: { values: [true, false] },
  endUserBudgetId: { values: ["budget-1", "budget-2"] },
  tpmLimit: { values: [1000, 2000], empty: [0] },
  rpmLimit: { values: [10, 20], empty: [0] },
  tpdLimit: { values: [100_000, 200_000], empty: [0] },
  maxParallelRequests: { values: [2, 4], empty: [0] },
  modelTpmLimit: { values: [{ "gpt-4o": 100 }, { "gpt-4o-mini": 200 }], empty: [{}, { "gpt-4o": 0 }] },
  modelRpmLimit: { values: [{ "gpt-4o": 10 }, { "gpt-4o-mini": 20 }], empty: [{}, { "gpt-4o": 0 }] },
  tagRpmLimit: { values: [{ batch: 5 }, { chat: 6 }], empty: [{}] },
  mcpRpmLimit: { values: [{ search: 5 }, { files: 6 }], empty: [{}] },
  tpmLimitType: { values: ["best_effort_throughput", "dynamic"] },
  rpmLimitType: { values: ["dynamic", "best_effort_throughput"] },
  defaultEstimatedOutputTokens: { values: [100, 200] },
  defaultEstimatedOutputTokensPerModel: { values: [{ "gpt-4o": 100 }, { "gpt-4o-mini": 50 }], empty: [{}] },
  duration: { values: ["30d", "60d"] },
  blocked: { values: [true, false] },
  routerSettings: { values: [{ num_retries: 2 }, { timeout: 5 }], empty: [{}] },
  config: { values: [{ cache: true }, { cache: false }], empty: [{}] },
  enablePromptCaching: { values: [true, false] },
};
