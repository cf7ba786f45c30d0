import * as z from "zod";

import { UserError } from "../../toolchain/user-error.ts";
import { Api } from "./api.ts";
import { LABEL, marked, markLine, type Tracker } from "./tracker.ts";

/** Who writes with the token that a workflow has. What others wrote is never touched, whatever mark it has. */
const AUTHOR = "github-actions[bot]";

const post = z.object({
  id: z.number(),
  number: z.number().optional(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: z.object({ login: z.string() }).nullish(),
});

/** The repository that a workflow of GitHub Actions runs in: https://docs.github.com/en/rest. */
export function github(env: NodeJS.ProcessEnv): Tracker {
  const { GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY = "", GITHUB_TOKEN = "" } = env;
  const { GITHUB_SERVER_URL, GITHUB_RUN_ID } = env;
  if (GITHUB_TOKEN === "") {
    throw new UserError("GITHUB_TOKEN is not set: `env: { GITHUB_TOKEN: ${{ github.token }} }`.");
  }
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${GITHUB_TOKEN}`,
    "x-github-api-version": "2022-11-28",
  };
  const rights = "The job needs `pull-requests: write` for comments, `issues: write` for issues.";
  const api = new Api(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}`, headers, rights);
  const isOurs = (mark: string) => (one: z.output<typeof post>) =>
    one.user?.login === AUTHOR && one.body?.startsWith(markLine(mark)) === true;
  const issue = (mark: string) => api.find(`/issues?state=open&labels=${LABEL}`, post, isOurs(mark));

  return {
    limit: 65_000,
    run:
      GITHUB_RUN_ID &&
      `${GITHUB_SERVER_URL ?? "https://github.com"}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
    async comment(request, mark, text) {
      const body = { body: marked(mark, text) };
      const former = await api.find(`/issues/${request}/comments`, post, isOurs(mark));
      const written = former
        ? await api.call("PATCH", `/issues/comments/${former.id}`, post, body)
        : await api.call("POST", `/issues/${request}/comments`, post, body);
      return written.html_url;
    },
    async openIssue(mark, title, text) {
      const body = { title, body: marked(mark, text) };
      const former = await issue(mark);
      const written = former
        ? await api.call("PATCH", `/issues/${former.number ?? 0}`, post, body)
        : await api.call("POST", "/issues", post, { ...body, labels: [LABEL] });
      return written.html_url;
    },
    async closeIssue(mark, reason) {
      const former = await issue(mark);
      if (!former) return undefined;
      await api.call("POST", `/issues/${former.number ?? 0}/comments`, post, { body: reason });
      await api.call("PATCH", `/issues/${former.number ?? 0}`, post, { state: "closed", state_reason: "completed" });
      return former.html_url;
    },
  };
}
