import type { LiteLlmClient } from "./client.ts";
import type { StoredKey } from "./key-wire.ts";
import { LiteLlmError } from "./litellm-error.ts";

interface Waiting<Question, Answer> {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/**
 * Batches the questions of tasks that run at the same time. Each task is written as if it were the only one; its question
 * waits until all the others ask as well, or have ended, and then all are answered at once.
 */
export class Batcher<Question, Answer> {
  readonly #answer: (questions: Question[]) => Promise<Answer>[];
  #tasks = 0;
  #waiting: Waiting<Question, Answer>[] = [];

  /** @param answer Answers several questions, in their order. */
  constructor(answer: (questions: Question[]) => Promise<Answer>[]) {
    this.#answer = answer;
  }

  /** Runs one task for each value, all at the same time and each to its end, whatever becomes of the others. */
  async forEach<Name, Value, Result>(
    values: ReadonlyMap<Name, Value>,
    task: (value: Value, name: Name) => Promise<Result>,
  ): Promise<Map<Name, PromiseSettledResult<Result>>> {
    this.#tasks += values.size;
    const entries = [...values].map(async ([name, value]) => {
      const [result] = await Promise.allSettled([task(value, name)]);
      this.#tasks -= 1;
      this.#answerIfAllWait();
      return [name, result] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** Answers a question: a task's together with those of the other tasks, any other at once. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      this.#answerIfAllWait();
    });
  }

  #answerIfAllWait(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#tasks) return;
    const asked = this.#waiting;
    this.#waiting = [];
    const answers = this.#answer(asked.map(({ question }) => question));
    for (const [index, { resolve, reject }] of asked.entries()) answers[index]?.then(resolve, reject);
  }
}

type ListedKey = StoredKey & { token: string };

/** The most keys that LiteLLM lists in one answer. */
const PAGE = 100;

/** This many are deleted by one call: LiteLLM takes 10 ms for each, and many such calls at once must not reach their timeout. */
const DELETED = 25;

/** Up to this many keys are looked up each by itself, whatever else the proxy has; a list of all keys may be long. */
const FEW = 3;

/** What can be asked of LiteLLM for many keys at once. */
export type KeyQuestion = Lookup | { want: "deletion"; token: string };

type Lookup =
  | { want: "key"; token: string }
  /** All keys with an alias. Mostly one. */
  | { want: "namesakes"; alias: string };

/** Answers questions with as few calls as there can be: a list has all keys, a hundred in each call. */
export function answerTogether(client: LiteLlmClient, questions: KeyQuestion[]): Promise<StoredKey[]>[] {
  const lookups = questions.filter(({ want }) => want !== "deletion").length;
  const listed = lookups > FEW ? listAll(client, lookups) : Promise.resolve(undefined);
  const tokens = questions.filter((question) => question.want === "deletion").map(({ token }) => token);
  const deletions = new Map(
    chunks(tokens).flatMap((chunk) => {
      const deletion = deleteKeys(client, chunk);
      return chunk.map((token) => [token, deletion] as const);
    }),
  );
  return questions.map(async (question) => {
    if (question.want !== "deletion") return answer(client, question, await listed);
    await deletions.get(question.token);
    return [];
  });
}

/** @param listed All keys of the proxy; nothing if they were not listed. */
async function answer(client: LiteLlmClient, question: Lookup, listed: Listed | undefined): Promise<StoredKey[]> {
  if (question.want === "namesakes") {
    return oldestFirst(listed ? (listed.byAlias.get(question.alias) ?? []) : await listNamed(client, question.alias));
  }
  // A key that is not in the list may have moved from one page to the next meanwhile, so its absence proves nothing.
  const found = listed?.byToken.get(question.token) ?? (await findKey(client, question.token));
  return found ? [found] : [];
}

interface Listed {
  byToken: Map<string, ListedKey>;
  byAlias: Map<unknown, ListedKey[]>;
}

/** All keys of the proxy; nothing if listing them takes more calls than looking up each by itself. */
async function listAll(client: LiteLlmClient, lookups: number): Promise<Listed | undefined> {
  // The oldest first: keys that are made meanwhile change nothing on the pages before.
  const page = (number: number) =>
    client.get<{ keys: ListedKey[]; total_pages: number }>(
      `/key/list?return_full_object=true&size=${PAGE}&sort_by=created_at&sort_order=asc&page=${number}`,
    );
  const first = await page(1);
  if (first.total_pages > lookups) return undefined;
  const others = await Promise.all(Array.from({ length: Math.max(0, first.total_pages - 1) }, (_, i) => page(i + 2)));
  const keys = [first, ...others].flatMap((list) => list.keys);
  const byToken = new Map(keys.map((key) => [key.token, key]));
  return { byToken, byAlias: Map.groupBy(byToken.values(), (key) => key["key_alias"]) };
}

async function listNamed(client: LiteLlmClient, alias: string): Promise<ListedKey[]> {
  const query = `key_alias=${encodeURIComponent(alias)}&return_full_object=true&size=${PAGE}`;
  return (await client.get<{ keys: ListedKey[] }>(`/key/list?${query}`)).keys;
}

/** Nothing for a key that LiteLLM never had, or that was deleted: it answers differently to the two. */
async function findKey(client: LiteLlmClient, token: string): Promise<StoredKey | undefined> {
  try {
    const { info } = await client.get<{ info: StoredKey }>(`/key/info?key=${token}`);
    return info.status === "deleted" ? undefined : info;
  } catch (error) {
    whenGone(error);
    return undefined;
  }
}

/** Keys that are gone already don't matter. */
async function deleteKeys(client: LiteLlmClient, tokens: string[]): Promise<void> {
  await client.post("/key/delete", { keys: tokens }).catch(whenGone);
}

/** Ignores the failure of a change to a key that is gone: there is nothing left to do. */
export function whenGone(error: unknown): void {
  if (!(error instanceof LiteLlmError && error.isMissing)) throw error;
}

function oldestFirst(keys: ListedKey[]): ListedKey[] {
  const age = ({ created_at, token }: StoredKey) => `${created_at ?? ""} ${token ?? ""}`;
  return keys.sort((a, b) => (age(a) < age(b) ? -1 : 1));
}

function chunks(tokens: string[]): string[][] {
  const count = Math.ceil(tokens.length / DELETED);
  return Array.from({ length: count }, (_, i) => tokens.slice(i * DELETED, (i + 1) * DELETED));
}
