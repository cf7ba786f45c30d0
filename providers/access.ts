/** How this machine reaches a service. */
export interface Access {
  /** Base URL, such as `http://127.0.0.1:4000`. */
  url: string;
}
