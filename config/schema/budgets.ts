/**
 * LiteLLM's hard budget for a Sagewai budget in US dollars: a fifth of it is the margin in which agents can slow down
 * before the proxy refuses them, as $80 → $100. In whole cents, rounded up so that the margin is never smaller.
 */
export function hardBudget(softBudget: number): number {
  const cents = Math.round(softBudget * 100);
  return Math.ceil((cents * 5) / 4) / 100;
}
