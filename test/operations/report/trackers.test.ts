import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { github } from "../../../operations/report/github.ts";
import { gitlab } from "../../../operations/report/gitlab.ts";
import { LABEL, markLine, type Tracker } from "../../../operations/report/tracker.ts";
import { GithubStandIn } from "./github.ts";
import { GitlabStandIn } from "./gitlab.ts";
import type { Entry } from "./stand-in.ts";

/** A service, its stand-in, and the address that it has for people. */
interface Service {
  standIn: GithubStandIn | GitlabStandIn;
  comments: Entry[];
  tracker: Tracker;
}

async function onGithub(): Promise<Service> {
  const standIn = await GithubStandIn.start();
  return { standIn, comments: standIn.comments, tracker: github(standIn.variables) };
}

async function onGitlab(): Promise<Service> {
  const standIn = await GitlabStandIn.start();
  return { standIn, comments: standIn.notes, tracker: gitlab(standIn.variables) };
}

describe.each([
  ["GitHub", onGithub, "pull/12#issuecomment-101"],
  ["GitLab", onGitlab, "-/merge_requests/12#note_101"],
])("%s", (_name, start, address) => {
  let service: Service;

  beforeEach(async () => {
    service = await start();
  });

  afterEach(async () => {
    expect(service.standIn.server.refused).toEqual([]);
    await service.standIn.server.stop();
  });

  it("has one comment, which the next one takes the place of", async () => {
    const { tracker, comments } = service;
    expect(await tracker.comment(12, "review", "first")).toMatch(new RegExp(`${address}$`));
    expect(await tracker.comment(12, "review", "second")).toMatch(new RegExp(`${address}$`));
    expect(comments.map(({ body }) => body)).toEqual([`${markLine("review")}\nsecond`]);
  });

  it("leaves comments alone that somebody else wrote, or that have another mark, and finds its own behind many", async () => {
    const { tracker, comments } = service;
    await tracker.comment(12, "another", "of another mark");
    const strangers = Array.from({ length: 250 }, (_, index) => ({
      ...{ id: 1000 + index, author: "999", body: `${markLine("review")}\na stranger's` },
    }));
    comments.push(...strangers);
    await tracker.comment(12, "review", "first");
    await tracker.comment(12, "review", "second");
    expect(comments).toHaveLength(252);
    expect(comments.filter(({ body }) => body.endsWith("\na stranger's"))).toHaveLength(250);
    expect(comments.at(-1)?.body).toBe(`${markLine("review")}\nsecond`);
  });

  it("has one open issue for each mark, which is written again, and closed with the reason", async () => {
    const { tracker, standIn } = service;
    const first = await tracker.openIssue("drift of dev", "Drift of the stack dev", "one");
    await tracker.openIssue("drift of prod", "Drift of the stack prod", "other");
    expect(await tracker.openIssue("drift of dev", "Drift of the stack dev", "two")).toBe(first);
    expect(standIn.issues).toMatchObject([
      { title: "Drift of the stack dev", body: `${markLine("drift of dev")}\ntwo`, labels: [LABEL], isOpen: true },
      { title: "Drift of the stack prod", isOpen: true },
    ]);
    expect(await tracker.closeIssue("drift of dev", "Nothing differs.")).toBe(first);
    expect(standIn.issues[0]).toMatchObject({ isOpen: false, comments: ["Nothing differs."] });
    expect(await tracker.closeIssue("drift of dev", "Nothing differs.")).toBe(undefined);
    expect(await tracker.openIssue("drift of dev", "Drift of the stack dev", "three")).not.toBe(first);
  });

  it("is told of in full where it refuses, with what the token needs", async () => {
    const message = await service.tracker
      .comment(99, "review", "text")
      .catch((error: unknown) => (error as Error).message);
    expect(message).toMatch(/answered 404 to GET .*\/99\/.*(needs `pull-requests: write`|needs the scope `api`)/);
  });
});

it("a job without a token is told where to get one", () => {
  expect(() => github({})).toThrow("GITHUB_TOKEN is not set: `env: { GITHUB_TOKEN: ${{ github.token }} }`.");
  expect(() => gitlab({})).toThrow("GITLAB_TOKEN is not set: a job's own token may not write comments or issues.");
});

it("a service that can't be reached is named", async () => {
  const tracker = gitlab({ CI_API_V4_URL: "http://127.0.0.1:1/api/v4", CI_PROJECT_ID: "1", GITLAB_TOKEN: "a" });
  await expect(tracker.closeIssue("drift of dev", "a")).rejects.toThrow("http://127.0.0.1:1/api/v4 can't be reached:");
});
