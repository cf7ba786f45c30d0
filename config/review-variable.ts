/** Set by `npm run review`, which has to show what an update would be refused for. Only previews heed it. */
export const REVIEW_VARIABLE = "LLM_GATEWAY_REVIEW";
