import { type Answer, type Asked, type Entry, fieldProblem, pageOf, StandIn } from "./stand-in.ts";

const REPOSITORY = "acme/gateway";
const TOKEN = "ghs_token-of-the-job";
const BOT = "github-actions[bot]";
/** https://docs.github.com/en/rest/issues/comments: "body is too long (maximum is 65536 characters)". */
const LONGEST = 65_536;

/**
 * A stand-in of GitHub's REST API for one repository, with one pull request, 12. It takes what the documentation says of
 * issues and comments, and refuses all else.
 */
export class GithubStandIn {
  readonly comments: Entry[] = [];
  readonly issues: Entry[] = [];
  readonly server: StandIn;
  #last = 100;

  static async start(): Promise<GithubStandIn> {
    const made: { standIn?: GithubStandIn } = {};
    const server = await StandIn.start((asked) => made.standIn?.answer(asked) ?? "not yet");
    return (made.standIn = new GithubStandIn(server));
  }

  private constructor(server: StandIn) {
    this.server = server;
  }

  /** Variables of a job of GitHub Actions. */
  get variables(): Record<string, string> {
    return {
      ...{ GITHUB_ACTIONS: "true", GITHUB_API_URL: this.server.url, GITHUB_REPOSITORY: REPOSITORY },
      ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_RUN_ID: "77", GITHUB_TOKEN: TOKEN },
    };
  }

  answer({ method, path, query, headers, body }: Asked): Answer {
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { message: "Bad credentials" } };
    if (headers.accept !== "application/vnd.github+json" || headers["x-github-api-version"] !== "2022-11-28") {
      return "the version of the API is not named";
    }
    const [, rest = ""] = path.split(`/repos/${REPOSITORY}`);
    const text = typeof body["body"] === "string" ? body["body"] : "";
    if (text.length > LONGEST) return `body is too long (maximum is ${LONGEST} characters)`;
    if (rest === "/issues/12/comments") {
      if (method === "GET") return this.#list(this.comments, query);
      return fieldProblem(body, ["body"], ["body"]) ?? this.#made(this.comments, { body: text });
    }
    const [, comment] = /^\/issues\/comments\/(\d+)$/.exec(rest) ?? [];
    if (comment !== undefined && method === "PATCH") {
      return fieldProblem(body, ["body"], ["body"]) ?? this.#changed(this.comments, Number(comment), { body: text });
    }
    if (rest === "/issues" && method === "GET") {
      const label = query.get("labels") ?? "";
      const open = this.issues.filter(({ isOpen, labels }) => isOpen === true && labels?.includes(label) === true);
      return query.get("state") === "open" ? this.#list(open, query) : "state is not open";
    }
    if (rest === "/issues" && method === "POST") {
      const problem = fieldProblem(body, ["title", "body", "labels"], ["title"]);
      const { title, labels } = body as { title: string; labels: string[] };
      return problem ?? this.#made(this.issues, { body: text, title, labels, isOpen: true, comments: [] });
    }
    const [, number, part] = /^\/issues\/(\d+)(\/comments)?$/.exec(rest) ?? [];
    const issue = this.issues.find(({ id }) => id === Number(number));
    if (issue && part !== undefined && method === "POST") {
      issue.comments?.push(text);
      return { status: 201, body: this.#shown({ id: 1, author: BOT, body: text }) };
    }
    if (issue && part === undefined && method === "PATCH") {
      const problem = fieldProblem(body, ["title", "body", "state", "state_reason"]);
      const { title = issue.title, state } = body as { title?: string; state?: string };
      const isOpen = state === undefined ? issue.isOpen : state === "open";
      return problem ?? this.#changed(this.issues, issue.id, { title, isOpen, body: text === "" ? issue.body : text });
    }
    return { status: 404, body: { message: "Not Found" } };
  }

  #list(entries: Entry[], query: URLSearchParams): Answer {
    return { status: 200, body: pageOf(entries, query).map((one) => this.#shown(one)) };
  }

  #made(entries: Entry[], entry: Omit<Entry, "id" | "author">): Answer {
    const one = { ...entry, id: (this.#last += 1), author: BOT };
    entries.push(one);
    return { status: 201, body: this.#shown(one) };
  }

  #changed(entries: Entry[], id: number, change: Partial<Entry>): Answer {
    const one = entries.find((entry) => entry.id === id);
    if (!one) return { status: 404, body: { message: "Not Found" } };
    Object.assign(one, change);
    return { status: 200, body: this.#shown(one) };
  }

  #shown({ id, author, body, title }: Entry) {
    const at = title === undefined ? `pull/12#issuecomment-${id}` : `issues/${id}`;
    const html_url = `https://github.com/${REPOSITORY}/${at}`;
    return { id, body, html_url, user: { login: author }, ...(title !== undefined && { number: id, title }) };
  }
}
