"""Answers for models whose provider has no API key, which count and cost like the provider's.

LiteLLM loads this as a provider of its own (`custom_provider_map`), and calls it for deployments that have it in front of
their model. What one answers is in its `model_info`, which no request can change.

LiteLLM's `mock_response` would do for chats alone: of Anthropic's API, it knows no streams, gives all answers one id, so
that the spend log keeps one of them, and charges nothing for some models.
"""

import json
import math
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from litellm import CustomLLM, EmbeddingResponse, ImageResponse, ModelResponse, token_counter
from litellm.types.utils import ChatCompletionMessageToolCall, Choices, Function, GenericStreamingChunk
from litellm.types.utils import LlmProviders, Message, Usage

from mock_arguments import arguments_of
from mock_media import embed, paint
from mock_refusals import PROVIDER, refusing_with_400

ANSWER = "mock_answer"
"""Where a deployment's `model_info` says what it answers."""

PIECES = 20
"""In how many pieces a stream comes at most: LiteLLM takes a hundred equal ones for a model that has gone astray."""

MOST_CHOICES = 128
"""How many answers OpenAI's API gives to one request at most."""


@dataclass(frozen=True)
class Answer:
    message: Message
    finish_reason: str
    choices: int
    usage: Usage


class MockModels(CustomLLM):
    async def acompletion(
        self, model: str, messages: list, model_response: ModelResponse, optional_params: dict, litellm_params: dict, **_
    ) -> ModelResponse:
        answer = answer_to(model, messages, optional_params, litellm_params)
        model_response.choices = [
            Choices(index=index, message=answer.message, finish_reason=answer.finish_reason)
            for index in range(answer.choices)
        ]
        model_response.model = model
        model_response.usage = answer.usage
        return model_response

    def astreaming(
        self, model: str, messages: list, optional_params: dict, litellm_params: dict, **_
    ) -> AsyncIterator[GenericStreamingChunk]:
        # Before the stream begins: what then fails would look like a fault of the model.
        return streamed(answer_to(model, messages, {**optional_params, "n": 1}, litellm_params))

    async def aembedding(
        self, model: str, input: str | list, model_response: EmbeddingResponse, litellm_params: dict, **_
    ) -> EmbeddingResponse:
        # LiteLLM tells a provider that is none of its own nothing of the vectors' form.
        request = (litellm_params.get("proxy_server_request") or {}).get("body") or {}
        return embed(model, input, request.get("dimensions"), request.get("encoding_format"), model_response)

    async def aimage_generation(self, model: str, prompt: str, model_response: ImageResponse, **_) -> ImageResponse:
        return paint(model, prompt, model_response)

    async def aimage_edit(self, model: str, prompt: str | None, model_response: ImageResponse, **_) -> ImageResponse:
        return paint(model, prompt or "", model_response)


@refusing_with_400
def answer_to(model: str, messages: list, optional_params: dict, litellm_params: dict) -> Answer:
    tools = optional_params.get("tools") or []
    function = forced_function(tools, optional_params.get("tool_choice"))
    message = calling(function) if function else saying(litellm_params["model_info"][ANSWER])
    choices = optional_params.get("n") or 1
    if not 1 <= choices <= MOST_CHOICES:
        raise ValueError(f"`n` must be between 1 and {MOST_CHOICES}.")
    # Otherwise LiteLLM would fetch the pictures that a request names.
    without_fetching = {"use_default_image_token_count": True, "default_token_count": 0}
    asked = token_counter(model=model, messages=messages, tools=tools or None, **without_fetching)
    answered = token_counter(model=model, text=said_in(message)) * choices
    usage = Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)
    return Answer(message, "tool_calls" if function else "stop", choices, usage)


def forced_function(tools: list[dict], choice: object) -> dict | None:
    """The function that a request says must be called."""
    functions = [tool["function"] for tool in tools if "function" in tool]
    if choice == "required":
        return next(iter(functions), None)
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    return next((function for function in functions if function["name"] == name), None)


def calling(function: dict) -> Message:
    """An answer that calls a function, with arguments as its parameters want them."""
    arguments = json.dumps(arguments_of(function.get("parameters") or {}), separators=(",", ":"))
    call = ChatCompletionMessageToolCall(
        id=f"call_{uuid.uuid4().hex}", type="function", function=Function(name=function["name"], arguments=arguments)
    )
    return Message(role="assistant", content=None, tool_calls=[call])


def saying(text: str) -> Message:
    return Message(role="assistant", content=text)


def said_in(message: Message) -> str:
    calls = [call.function.name + call.function.arguments for call in message.tool_calls or []]
    return (message.content or "") + "".join(calls)


async def streamed(answer: Answer) -> AsyncIterator[GenericStreamingChunk]:
    for piece in pieces(answer.message.content or ""):
        yield chunk(text=piece)
    for index, call in enumerate(answer.message.tool_calls or []):
        yield chunk(tool_use={**call.model_dump(), "index": index})
    yield chunk(finish_reason=answer.finish_reason, usage=answer.usage.model_dump(exclude_none=True))


def pieces(text: str) -> Iterator[str]:
    length = max(1, math.ceil(len(text) / PIECES))
    return (text[start : start + length] for start in range(0, len(text), length))


def chunk(
    text: str = "", tool_use: dict | None = None, finish_reason: str = "", usage: dict | None = None
) -> GenericStreamingChunk:
    is_finished = finish_reason != ""
    return {
        **{"text": text, "tool_use": tool_use, "index": 0},
        **{"is_finished": is_finished, "finish_reason": finish_reason, "usage": usage},
    }


def known(providers: type[LlmProviders], name: object) -> LlmProviders | None:
    """For Google's `generateContent`, LiteLLM looks for every provider among its own."""
    return providers.CUSTOM if name == PROVIDER else None


LlmProviders._missing_ = classmethod(known)

models = MockModels()
