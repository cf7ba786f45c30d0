import { type Answer, type Asked, type Entry, fieldProblem, pageOf, StandIn } from "./stand-in.ts";

const PROJECT = "42";
const TOKEN = "glpat-token-of-the-project";
const BOT = "7";

/**
 * A stand-in of GitLab's REST API for one project, with one merge request, 12. It takes what the documentation says of
 * notes and issues, and refuses all else.
 */
export class GitlabStandIn {
  readonly notes: Entry[] = [];
  readonly issues: Entry[] = [];
  readonly server: StandIn;
  #last = 100;

  static async start(): Promise<GitlabStandIn> {
    const made: { standIn?: GitlabStandIn } = {};
    const server = await StandIn.start((asked) => made.standIn?.answer(asked) ?? "not yet");
    return (made.standIn = new GitlabStandIn(server));
  }

  private constructor(server: StandIn) {
    this.server = server;
  }

  /** Variables of a job of GitLab CI. */
  get variables(): Record<string, string> {
    return {
      ...{ GITLAB_CI: "true", CI_API_V4_URL: `${this.server.url}/api/v4`, CI_PROJECT_ID: PROJECT },
      ...{ CI_PROJECT_URL: "https://gitlab.com/acme/gateway", CI_JOB_URL: "https://gitlab.com/acme/gateway/-/jobs/77" },
      GITLAB_TOKEN: TOKEN,
    };
  }

  answer({ method, path, query, headers, body }: Asked): Answer {
    if (headers["private-token"] !== TOKEN) return { status: 401, body: { message: "401 Unauthorized" } };
    if (path === "/api/v4/user" && method === "GET") return { status: 200, body: { id: Number(BOT) } };
    const [, rest = ""] = path.split(`/api/v4/projects/${PROJECT}`);
    const [, note] = /^\/merge_requests\/12\/notes(?:\/(\d+))?$/.exec(rest) ?? [];
    if (rest.startsWith("/merge_requests/12/notes")) {
      if (method === "GET") return { status: 200, body: pageOf(this.notes, query).map(shown) };
      const problem = fieldProblem(body, ["body"], ["body"]);
      if (problem !== undefined) return problem;
      if (note === undefined) return this.#made(this.notes, { body: String(body["body"]) });
      return this.#changed(this.notes, Number(note), { body: String(body["body"]) });
    }
    if (rest === "/issues" && method === "GET") {
      const open = this.issues.filter((one) => one.isOpen === true && one.labels?.includes(query.get("labels") ?? ""));
      return query.get("state") === "opened"
        ? { status: 200, body: pageOf(open, query).map(shown) }
        : "state is not opened";
    }
    if (rest === "/issues" && method === "POST") {
      const problem = fieldProblem(body, ["title", "description", "labels"], ["title", "labels"]);
      const { title, description, labels } = body as Record<string, string>;
      const made = { title: title ?? "", body: description ?? "", labels: labels?.split(",") ?? [], isOpen: true };
      return problem ?? this.#made(this.issues, { ...made, comments: [] });
    }
    const [, number, part] = /^\/issues\/(\d+)(\/notes)?$/.exec(rest) ?? [];
    const issue = this.issues.find(({ id }) => id === Number(number));
    if (issue && part !== undefined && method === "POST") {
      issue.comments?.push(String(body["body"]));
      return { status: 201, body: shown({ id: 1, author: BOT, body: String(body["body"]) }) };
    }
    if (issue && part === undefined && method === "PUT") {
      const problem = fieldProblem(body, ["title", "description", "state_event"]);
      const { title = issue.title, description = issue.body, state_event: event } = body as Record<string, string>;
      const change = { body: description, isOpen: event === "close" ? false : issue.isOpen === true };
      return problem ?? this.#changed(this.issues, issue.id, { ...change, ...(title !== undefined && { title }) });
    }
    return { status: 404, body: { message: "404 Not Found" } };
  }

  #made(entries: Entry[], entry: Omit<Entry, "id" | "author">): Answer {
    const one = { ...entry, id: (this.#last += 1), author: BOT };
    entries.push(one);
    return { status: 201, body: shown(one) };
  }

  #changed(entries: Entry[], id: number, change: Partial<Entry>): Answer {
    const one = entries.find((entry) => entry.id === id);
    if (!one) return { status: 404, body: { message: "404 Not found" } };
    Object.assign(one, change);
    return { status: 200, body: shown(one) };
  }
}

function shown({ id, author, body, title }: Entry) {
  const who = { author: { id: Number(author) } };
  if (title === undefined) return { id, body, ...who };
  return { iid: id, title, description: body, web_url: `https://gitlab.com/acme/gateway/-/issues/${id}`, ...who };
}
