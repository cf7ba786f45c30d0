/** The proxy that all contenders work on, each with aliases of its own. */
export interface Proxy {
  url: string;
  masterKey: string;
}

/** A key as LiteLLM has it. */
export interface ListedKey {
  alias: string | null;
  /** Its hash: another one means that it is another key. */
  token: string;
  /** US dollars. */
  budget: number | null;
}

/** The most keys that LiteLLM lists in one answer. */
const PAGE = 100;

/** One call of LiteLLM's API: a POST if it has a body. @throws {Error} with LiteLLM's answer, unless it is a success. */
export async function call<T>({ url, masterKey }: Proxy, path: string, body?: object): Promise<T> {
  const response = await fetch(url + path, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${masterKey}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`LiteLLM answered ${response.status} to ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** All keys of the proxy that have one of these aliases. */
export async function listKeys(proxy: Proxy, aliases: readonly string[]): Promise<ListedKey[]> {
  const wanted = new Set<string | null>(aliases);
  const keys: ListedKey[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    // By token, as nothing else is different for each key: what is equal may be on one page now and on another one then.
    const query = `return_full_object=true&sort_by=token&sort_order=asc&size=${PAGE}&page=${page}`;
    const list = await call<{
      keys: { key_alias: string | null; token: string; max_budget: number | null }[];
      total_pages: number;
    }>(proxy, `/key/list?${query}`);
    pages = list.total_pages;
    keys.push(
      ...list.keys.map(({ key_alias, token, max_budget }) => ({ alias: key_alias, token, budget: max_budget })),
    );
  }
  return keys.filter(({ alias }) => wanted.has(alias));
}

/** Changes a key's budget behind the back of whoever manages it. */
export async function setBudget(proxy: Proxy, token: string, budget: number | null): Promise<void> {
  await call(proxy, "/key/update", { key: token, max_budget: budget });
}
