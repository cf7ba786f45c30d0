"""Vectors and pictures of mock models: see `mock_models.py`."""

import base64
import json
import math
import random
import struct
from contextlib import suppress

from litellm import EmbeddingResponse, ImageResponse, completion_cost, get_model_info, token_counter
from litellm.types.utils import Embedding, ImageObject, ImageUsage, ImageUsageInputTokensDetails, Usage

from mock_refusals import refusing_with_400

DIMENSIONS = 1536
"""Of a vector, where neither the request nor LiteLLM's list of models says how many it has."""

MOST_DIMENSIONS = 4096

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture, in base64."""

PICTURE_TOKENS = 272
"""What the smallest picture of OpenAI's gpt-image-1 counts."""


@refusing_with_400
def embed(
    model: str, given: str | list, dimensions: int | None, encoding: str | None, response: EmbeddingResponse
) -> EmbeddingResponse:
    inputs = separate(given)
    dimensions = dimensions or dimensions_of(model)
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise ValueError(f"`dimensions` must be between 1 and {MOST_DIMENSIONS}.")
    written = in_base64 if encoding == "base64" else list
    vectors = [written(vector_of(one, dimensions)) for one in inputs]
    response.data = [Embedding(object="embedding", index=index, embedding=one) for index, one in enumerate(vectors)]
    response.model = model
    tokens = sum(token_counter(model=model, text=one) if isinstance(one, str) else len(one) for one in inputs)
    response.usage = Usage(prompt_tokens=tokens, completion_tokens=0, total_tokens=tokens)
    return response


def separate(given: str | list) -> list[str | list[int]]:
    """What to embed, one by one: texts, or tokens of texts."""
    is_one = isinstance(given, str) or (len(given) > 0 and isinstance(given[0], int))
    return [given] if is_one else given


def dimensions_of(model: str) -> int:
    # LiteLLM may not know the model.
    with suppress(Exception):
        return get_model_info(model).get("output_vector_size") or DIMENSIONS
    return DIMENSIONS


def vector_of(item: str | list[int], dimensions: int) -> list[float]:
    """A vector of length 1, the same for the same text."""
    numbers = random.Random(json.dumps(item))
    vector = [numbers.gauss(0, 1) for _ in range(dimensions)]
    length = math.hypot(*vector)
    return [number / length for number in vector]


def in_base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


@refusing_with_400
def paint(model: str, prompt: str, response: ImageResponse) -> ImageResponse:
    response.data = [ImageObject(b64_json=PIXEL)]
    asked = token_counter(model=model, text=prompt)
    response.usage = ImageUsage(
        input_tokens=asked,
        input_tokens_details=ImageUsageInputTokensDetails(text_tokens=asked, image_tokens=0),
        output_tokens=PICTURE_TOKENS,
        total_tokens=asked + PICTURE_TOKENS,
    )
    # LiteLLM would look for a picture's price under the name of this provider, and may know none under the model's own.
    with suppress(Exception):
        response._hidden_params["response_cost"] = completion_cost(response, model, call_type="image_generation")
    return response
