/**
 * What may stand before the first slash of a deployment's `model`: the providers of models that LiteLLM 1.108.6 knows. A
 * prefix that it takes for something else makes it read prompts from files and other services, route by rules of its
 * own, or wait for somebody to sign in; only those listed here are let through.
 */
export const MODEL_PROVIDERS: ReadonlySet<string> = words(`
  abliteration ai21 ai21_chat aihubmix aiml aiohttp_openai amazon_nova anthropic anthropic_text apertis assemblyai
  aws_polly aws_textract azure azure_ai azure_speech azure_text baseten bedrock bedrock_mantle black_forest_labs bytez
  cerebras charity_engine chutes clarifai cloudflare codestral cognition cohere cohere_chat cometapi compactifai
  coralbricks cortecs crusoe cursor custom_openai darkbloom dashscope databricks datarobot deepgram deepinfra deepseek
  docker_model_runner edenai elevenlabs empiriolabs empower fal_ai featherless_ai fireworks_ai friendliai galadriel
  gdc gemini gigachat github gmi gradient_ai groq helicone heroku hosted_vllm huggingface hyperbolic inception
  inferenceapis infinity jina_ai lambda_ai langflow langgraph lemonade libertai litellm_proxy llamafile llamagate
  lm_studio manus maritalk meta meta_llama minimax mistral modelscope moonshot morph nadir nano-gpt nebius neosantara
  nlp_cloud novita nscale nvidia_nim nvidia_riva oci ollama ollama_chat oobabooga openai openai_like openrouter
  ovhcloud parasail perplexity petals pinstripes poe predibase prism publicai qwen_ai_platform qwencloud ragflow
  recraft reducto reka replicate runwayml sagemaker sagemaker_chat sagemaker_nova sail sambanova sap sarvam scaledown
  scaleway scx-ai snowflake soniox stability strands_decider synthetic tencent tensormesh text-completion-codestral
  text-completion-inception text-completion-openai together_ai topaz transcribe triton typesafe v0 veniceai
  vercel_ai_gateway vertex_ai vertex_ai_beta vllm volcengine voyage wandb watsonx watsonx_text xai xiaomi_mimo
  xinference zai
`);

/** LiteLLM's other prefixes: agents, routers and what decides for them, stores of prompts and of vectors, code of one's own, and sign-ins. */
export const OTHER_PREFIXES: ReadonlySet<string> = words(`
  a2a a2a_agent auto_router bespoke chatgpt custom databricks_agent dotprompt github_copilot humanloop langfuse laya
  litellm_agent microsoft_365_copilot milvus mongodb pg_vector s3_vectors valkey
`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
