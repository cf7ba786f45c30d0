/**
 * Parameters beyond the public APIs that LiteLLM reads, and that a setting can let a project send all the same: what
 * LiteLLM does with them has been looked at, and it only hands them to the provider, or translates them for it. They
 * shape a model's answer, by what they are listed under.
 */
export const REVIEWED_PARAMETERS: Record<string, readonly string[]> = {
  "which tokens are drawn": [
    ...["allowed_token_ids", "bad_words", "do_sample", "length_penalty", "min_tokens", "mirostat", "mirostat_eta"],
    ...["mirostat_tau", "random_seed", "repeat_last_n", "repeat_penalty", "repetition_penalty", "stop_token_ids"],
    ...["tfs_z", "top_k", "typical_p", "use_beam_search"],
  ],
  "the form of the answer": [
    ...["echo", "guided_choice", "guided_decoding_backend", "guided_grammar", "guided_json", "guided_regex"],
    ...["include_stop_str_in_output", "skip_special_tokens", "spaces_between_special_tokens"],
  ],
  "how the prompt becomes tokens": [
    ...["add_generation_prompt", "add_special_tokens", "chat_template_kwargs", "continue_final_message"],
    ...["safe_prompt", "truncate_prompt_tokens"],
  ],
  "how much the model thinks": ["enable_thinking", "include_reasoning", "reasoning_budget", "think", "thinking"],
  "what an embedding or a ranking is for": ["input_type", "instruction", "normalize", "task", "truncate"],
  "how a picture is made": [
    ...["aspect_ratio", "cfg_scale", "guidance_scale", "height", "negative_prompt", "num_inference_steps", "steps"],
    ...["style_preset", "width"],
  ],
};

/**
 * What LiteLLM does not read, so that it reaches the provider as it is, and what it would do there: more than shape an
 * answer.
 */
export const STEERS_PROVIDERS: Record<string, string> = {
  cache_salt: "decides whose cached prompts a request shares",
  custom_logit_processor: "is code that the provider's server runs",
  custom_params: "is given to code that the provider's server runs",
  id_slot: "chooses whose cached prompt is continued",
  kv_transfer_params: "names the hosts that the provider's server gets a prompt's cache from",
  logits_processors: "names code that the provider's server loads",
  lora_path: "chooses the model's weights",
  search_parameters: "buys searches at a price that no budget counts",
  session_params: "continues another request's session",
  slot_id: "chooses whose cached prompt is continued",
  vllm_xargs: "is given to whatever extends the provider's server",
};
