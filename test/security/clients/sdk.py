"""Makes calls with one of the official Python SDKs: each line of stdin is a call in JSON, each line of stdout its answer.

    python sdk.py openai

An answer is what the SDK made of it, in the SDK's own types, written as JSON; a stream is the list of its events, a page
the list of what is on it.
"""

import importlib
import json
import sys
from collections.abc import Iterable

from pydantic import BaseModel

CLIENTS = {"openai": ("openai", "OpenAI"), "anthropic": ("anthropic", "Anthropic"), "google": ("google.genai", "Client")}
module, name = CLIENTS[sys.argv[1]]
Client = getattr(importlib.import_module(module), name)

# How the helpers for streams give the whole answer.
FINAL = {
    "chat.completions.stream": "get_final_completion",
    "responses.stream": "get_final_response",
    "messages.stream": "get_final_message",
}


class Capital(BaseModel):
    """What the `parse` methods are asked for."""

    city: str
    inhabitants: int


def answer(client: object, call: dict) -> object:
    method = client
    for name in call["method"].split("."):
        method = getattr(method, name)
    parameters = {name: Capital if given == "Capital" else given for name, given in call.get("parameters", {}).items()}
    if "headers" in call:
        parameters["extra_headers"] = call["headers"]
    positional = [call["id"]] if "id" in call else []
    made = method(*positional, **parameters)
    if not call["method"].endswith(".stream"):
        return plain(made)
    with made as stream:
        for _ in stream:
            pass
        return plain(getattr(stream, FINAL[call["method"]])())


def plain(value: object) -> object:
    """As JSON has it: with what the SDK adds in properties, which are no fields."""
    if hasattr(value, "get_next_page"):
        return [plain(one) for one in value.data]
    if isinstance(value, BaseModel):
        more = {name: plain(getattr(value, name, None)) for name in ("output_text", "output_parsed", "parsed_output")}
        return value.model_dump(mode="json", warnings=False) | {name: one for name, one in more.items() if one is not None}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


for line in sys.stdin:
    call = json.loads(line)
    try:
        written = {"answer": answer(Client(**call["client"]), call)}
    except Exception as error:
        written = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(written), flush=True)
