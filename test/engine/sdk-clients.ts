// What the official SDKs get with the variables that `npm start` prints, and nothing else.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const messages = [{ role: "user" as const, content: "Hello" }];

const completion = await new OpenAI().chat.completions.create({ model: "gpt-4o", messages });
const texts: Record<string, unknown> = { openai: completion.choices[0]?.message.content };
for (const [name, model = ""] of Object.entries(process.env)) {
  if (!/^ANTHROPIC_.*MODEL$/.test(name)) continue;
  const { content } = await new Anthropic().messages.create({ model, max_tokens: 16, messages });
  texts[name] = content[0]?.type === "text" ? content[0].text : undefined;
}
console.log(JSON.stringify(texts));
