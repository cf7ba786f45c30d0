export type Method = "create" | "read" | "update" | "delete";

/** What a test lets happen to requests. */
export interface Rule {
  /** `compute/Network`; default: any. */
  type?: string;
  /** Name of the resource in the program; default: any. */
  name?: string;
  /** Default: any. */
  method?: Method;
  /** How often; default: always. */
  times?: number;
  /** How long the request takes, in milliseconds. */
  delayMs?: number;
  /** The refusal. */
  error?: string;
  /** Ends the engine with SIGKILL, as a machine that loses power does. */
  kill?: boolean;
  /**
   * `after` lets the cloud do what was asked before the refusal or the end: a create then leaves an object that the engine
   * does not know of. Default: `before`.
   */
  when?: "before" | "after";
}
