interface Waiting<Question, Answer> {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/**
 * Lets tasks that run side by side ask their questions together. Each task is written as if it were alone; its question
 * waits until all the others ask as well, or have ended, and then all are answered at once.
 */
export class Together<Question, Answer> {
  readonly #answer: (questions: Question[]) => Promise<Answer>[];
  #tasks = 0;
  #waiting: Waiting<Question, Answer>[] = [];

  /** @param answer Answers several questions, in their order. */
  constructor(answer: (questions: Question[]) => Promise<Answer>[]) {
    this.#answer = answer;
  }

  /** Does the same for each value, side by side and to its end, whatever becomes of the others. */
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

  /** Answers a question: of a task together with those of the others, otherwise at once. */
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
