import { type ClientCase, containing, QUESTION, WORD } from "./client-case.ts";

const path = "/models/gemini-2.5-flash:generateContent";
const parameters = { type: "OBJECT", properties: { city: { type: "STRING" } } };
const look_up = { name: "look_up", description: "A city." };
const part = (said: object) => ({ candidates: [{ content: { parts: [said] } }] });

/** Google's SDK with Google's models, for a project that opens Google's API. */
export const googleCases: ClientCase[] = [
  generates(
    "every sampling parameter",
    {
      ...{ system_instruction: "Be short.", temperature: 0.3, top_p: 0.9, top_k: 3, max_output_tokens: 50, seed: 7 },
      ...{ stop_sequences: ["END"], thinking_config: { thinking_budget: 0 } },
      safety_settings: [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_NONE" }],
    },
    {
      systemInstruction: { parts: [{ text: "Be short." }] },
      generationConfig: {
        ...{ temperature: 0.3, topP: 0.9, topK: 3, maxOutputTokens: 50, seed: 7, stopSequences: ["END"] },
        thinkingConfig: { thinking_budget: 0 },
      },
      safetySettings: [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_NONE" }],
    },
    part({ text: WORD }),
  ),
  generates(
    "tools",
    {
      tools: [{ function_declarations: [{ ...look_up, parameters }] }],
      tool_config: { function_calling_config: { mode: "ANY" } },
    },
    {
      tools: [{ functionDeclarations: [{ ...look_up, parameters }] }],
      toolConfig: { functionCallingConfig: { mode: "ANY" } },
    },
    part({ function_call: { name: "look_up", args: { city: WORD } } }),
  ),
  generates(
    "structured output",
    { response_mime_type: "application/json", response_schema: parameters },
    { generationConfig: { responseMimeType: "application/json", responseJsonSchema: parameters } },
    part({ text: JSON.stringify({ city: WORD }) }),
  ),
  {
    name: "a stream",
    call: { method: "models.generate_content_stream", parameters: { model: "gemini-flash", contents: QUESTION } },
    reached: { path: "/models/gemini-2.5-flash:streamGenerateContent?alt=sse", body: { contents: [{ role: "user" }] } },
    answer: containing(part({ text: WORD })),
  },
];

function generates(name: string, config: object, body: object, answer: object): ClientCase {
  return {
    name,
    call: { method: "models.generate_content", parameters: { model: "gemini-flash", contents: QUESTION, config } },
    reached: { path, body: { contents: [{ role: "user", parts: [{ text: QUESTION }] }], ...body } },
    answer,
  };
}
