/** Where people talk about changes: a repository at GitHub or GitLab. */
export interface Tracker {
  /** Bytes that a comment or an issue may have; services count bytes or characters. */
  limit: number;
  /** The page of the run that this is, for people. */
  run: string | undefined;
  /** Writes a comment on a pull request, in place of the one that has the same mark. @returns its address. */
  comment(request: number, mark: string, text: string): Promise<string>;
  /** Opens an issue, or writes the open one with the same mark again. @returns its address. */
  openIssue(mark: string, title: string, text: string): Promise<string>;
  /** Closes the open issue with that mark, after a comment that says why. @returns its address; nothing if there is none. */
  closeIssue(mark: string, reason: string): Promise<string | undefined>;
}

/** The label of this project's issues. */
export const LABEL = "llm-gateway-drift";

/** The first line of what is written in place of itself; pages don't show it. */
export function markLine(mark: string): string {
  return `<!-- llm-gateway: ${mark} -->`;
}

/** A text with its mark. */
export function marked(mark: string, text: string): string {
  return `${markLine(mark)}\n${text}`;
}
