import type { Operation } from "./preview.ts";
import type { Violation } from "./violations.ts";

/** What a change may cost that nobody gets back. */
export interface Risk {
  /** What to name it by under `llm-gateway:acknowledge`. */
  act: string;
  what: string;
  why: string;
  /** What to do if it is meant, or if it isn't. */
  remedy: string;
  isAcknowledged: boolean;
}

/** A part of a review: lines of prose, a table, or the lines of a file that change. */
export type Block =
  | { kind: "lines"; lines: string[] }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "diff"; lines: string[] };

export interface Section {
  title: string;
  blocks: Block[];
  /** What matters least: shown closed, where a format can. */
  isFolded?: boolean;
}

/** What people read, in the order of what matters to whoever decides about it. */
export interface Page {
  stack: string;
  /** One line that says it all. */
  headline: string;
  risks: Risk[];
  sections: Section[];
}

/** What an update would do. */
export interface Review extends Page {
  /** The commit that it is compared with, as people name it: what that one would do as well is left out. */
  from?: string;
  counts: Record<Operation, number>;
  /** What breaks rules of the policy pack. */
  violations: Violation[];
}
