"""What mock models say to requests that no provider would take."""

import functools
from collections.abc import Callable

from litellm import BadRequestError

PROVIDER = "gateway-mock"
"""What a deployment of a mock model has in front of its model."""


def refusing_with_400(work: Callable) -> Callable:
    """Of a function whose first argument is the model: what fails in it was wrong in the request. LiteLLM would take
    anything else for a fault of the model, try again, and rest it for everybody."""

    @functools.wraps(work)
    def refusing(model: str, *args):
        try:
            return work(model, *args)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            message = f"The request is not what the model's API wants: {error}"
            raise BadRequestError(message, model=model, llm_provider=PROVIDER) from error

    return refusing
