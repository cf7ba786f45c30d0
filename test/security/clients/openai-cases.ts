import { containing, type ClientCase, QUESTION, WORD } from "./client-case.ts";

const prompt = {
  ...{
    prompt: "Once",
    max_tokens: 5,
    temperature: 0,
    top_p: 1,
    n: 1,
    best_of: 1,
    suffix: "end",
    echo: true,
    logprobs: 2,
  },
  ...{ stop: ["END"], presence_penalty: 0.1, frequency_penalty: 0.1, logit_bias: { "1": 1 }, seed: 3, user: "user-1" },
};

/** What else of OpenAI's SDK people use: texts that go on, embeddings, the models, and a client with all its options. */
export const openaiCases: ClientCase[] = [
  {
    name: "a text completion",
    call: { method: "completions.create", parameters: { model: "instruct", ...prompt } },
    reached: { path: "/v1/completions", body: prompt },
    answer: { choices: [{ text: WORD }], usage: { total_tokens: 11 } },
  },
  {
    name: "a streamed text completion",
    call: { method: "completions.create", parameters: { model: "instruct", prompt: "Once", stream: true } },
    reached: { path: "/v1/completions", body: { prompt: "Once", stream: true } },
    answer: containing({ choices: [{ text: WORD }] }),
  },
  embeddingsCase(
    "embeddings, which the SDKs request in base64",
    { dimensions: 3, user: "user-1" },
    [0.125, 0.25, 0.375],
    "base64",
  ),
  embeddingsCase("embeddings as floats", { encoding_format: "float" }, [0.125, 0.25]),
  {
    name: "the list of models",
    call: { method: "models.list" },
    answer: containing({ id: "gpt-4o", object: "model" }),
  },
  {
    name: "an answer with an organization, a project and custom headers",
    call: {
      method: "chat.completions.create",
      parameters: { model: "gpt-4o", messages: [{ role: "user", content: QUESTION }] },
      headers: { "Idempotency-Key": "once", "X-Client-Request-Id": "request-1" },
      client: {
        ...{ organization: "org-of-the-client", project: "proj-of-the-client" },
        default_headers: { "X-Team": "research" },
      },
    },
    reached: { path: "/v1/chat/completions", body: { messages: [{ role: "user", content: QUESTION }] } },
    answer: { choices: [{ message: { content: WORD } }] },
  },
];

function embeddingsCase(name: string, parameters: object, embedding: number[], encoding_format = "float"): ClientCase {
  const body = { input: ["one", "two"], ...parameters };
  return {
    name,
    call: { method: "embeddings.create", parameters: { model: "embedder", ...body } },
    reached: { path: "/v1/embeddings", body: { ...body, encoding_format } },
    answer: { data: [{ embedding }, { embedding }], usage: { total_tokens: 9 } },
  };
}
