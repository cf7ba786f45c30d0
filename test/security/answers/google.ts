import { at, type Json, objectsIn, sample, TOKENS, WORD } from "./provider-answer.ts";

/** An answer of Google's generateContent, and each piece of a streamed one: the call of a function, an object, or the word. */
export function generated(asked: Json): Json {
  const content = { role: "model", parts: [said(asked)] };
  const { prompt, completion } = TOKENS;
  const counts = { promptTokenCount: prompt, candidatesTokenCount: completion, totalTokenCount: prompt + completion };
  return { candidates: [{ index: 0, finishReason: "STOP", content }], usageMetadata: counts };
}

function said(asked: Json): Json {
  const declared = objectsIn(asked["tools"]).flatMap((tool) =>
    objectsIn(at(tool, "functionDeclarations") ?? at(tool, "function_declarations")),
  );
  const last = objectsIn(asked["contents"]).at(-1);
  const isAnswered = objectsIn(last?.["parts"]).some(
    (part) => "functionResponse" in part || "function_response" in part,
  );
  const [tool] = declared;
  if (tool && !isAnswered) {
    return {
      functionCall: { name: tool["name"], args: sample(at(tool, "parameters") ?? at(tool, "parametersJsonSchema")) },
    };
  }
  const config = at(asked, "generationConfig");
  const schema =
    at(config, "responseSchema") ??
    at(config, "responseJsonSchema") ??
    at(config, "response_schema") ??
    at(config, "response_json_schema");
  return { text: schema === undefined ? WORD : JSON.stringify(sample(schema)) };
}
