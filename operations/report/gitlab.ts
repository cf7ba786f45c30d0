import * as z from "zod";

import { UserError } from "../../toolchain/user-error.ts";
import { Api } from "./api.ts";
import { LABEL, marked, markLine, type Tracker } from "./tracker.ts";

const user = z.object({ id: z.number() });
const note = z.object({ id: z.number(), body: z.string(), author: user });
const issueEntry = z.object({ iid: z.number(), description: z.string().nullish(), author: user, web_url: z.string() });

/** The project that a pipeline of GitLab runs in: https://docs.gitlab.com/api/rest/. */
export function gitlab(env: NodeJS.ProcessEnv): Tracker {
  const { CI_API_V4_URL = "https://gitlab.com/api/v4", CI_PROJECT_ID = "", CI_PROJECT_URL = "", CI_JOB_URL } = env;
  const { GITLAB_TOKEN = "" } = env;
  if (GITLAB_TOKEN === "") {
    throw new UserError(
      "GITLAB_TOKEN is not set: a job's own token may not write comments or issues. Make a project access token with the role Reporter and the scope api, and set it as a masked CI/CD variable.",
    );
  }
  const headers = { "private-token": GITLAB_TOKEN };
  const rights = "GITLAB_TOKEN needs the scope `api`, and the role Reporter in this project.";
  const api = new Api(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}`, headers, rights);
  const self = () => new Api(CI_API_V4_URL, headers, rights).call("GET", "/user", user);
  const issue = async (mark: string) => {
    const { id } = await self();
    return api.find(
      `/issues?state=opened&labels=${LABEL}`,
      issueEntry,
      ({ author, description }) => author.id === id && description?.startsWith(markLine(mark)) === true,
    );
  };

  return {
    limit: 900_000,
    run: CI_JOB_URL,
    async comment(request, mark, text) {
      const { id } = await self();
      const path = `/merge_requests/${request}/notes`;
      const body = { body: marked(mark, text) };
      const isOurs = (one: z.output<typeof note>) => one.author.id === id && one.body.startsWith(markLine(mark));
      const former = await api.find(path, note, isOurs);
      const written = former
        ? await api.call("PUT", `${path}/${former.id}`, note, body)
        : await api.call("POST", path, note, body);
      return `${CI_PROJECT_URL}/-/merge_requests/${request}#note_${written.id}`;
    },
    async openIssue(mark, title, text) {
      const description = marked(mark, text);
      const former = await issue(mark);
      const written = former
        ? await api.call("PUT", `/issues/${former.iid}`, issueEntry, { title, description })
        : await api.call("POST", "/issues", issueEntry, { title, description, labels: LABEL });
      return written.web_url;
    },
    async closeIssue(mark, reason) {
      const former = await issue(mark);
      if (!former) return undefined;
      await api.call("POST", `/issues/${former.iid}/notes`, note, { body: reason });
      await api.call("PUT", `/issues/${former.iid}`, issueEntry, { state_event: "close" });
      return former.web_url;
    },
  };
}
