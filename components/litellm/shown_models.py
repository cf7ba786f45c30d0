"""What clients see of a deployment: the name of its model, and nothing else of how it is called.

LiteLLM answers `/model/info` with all that calls a deployment, resolved: addresses, headers, and secrets that the settings name.
It hides what it takes for a secret by its name, but for eight characters, and shows the rest.
"""

import orjson

PATHS = ("/v1/model/info", "/model/info")

SHOWN = ("model",)
"""Of `litellm_params`."""


def for_clients(send):
    """A way to send an answer of LiteLLM's that leaves out what clients don't see."""
    start, chunks = {}, []

    async def sent(message):
        nonlocal start
        match message["type"]:
            case "http.response.start":
                start = message
            case "http.response.body" if start.get("status") != 200:
                # An error, and whatever follows it.
                if not chunks:
                    chunks.append(b"")
                    await send(start)
                await send(message)
            case "http.response.body":
                chunks.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await send_whole(send, start, without_calls(b"".join(chunks)))
            case _:
                await send(message)

    return sent


async def send_whole(send, start: dict, body: bytes) -> None:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def without_calls(text: bytes) -> bytes:
    """Fails, so that nothing is answered, where LiteLLM's answer isn't the one that this is for."""
    answer = orjson.loads(text)
    for deployment in answer["data"]:
        params = deployment["litellm_params"]
        deployment["litellm_params"] = {name: params[name] for name in SHOWN if name in params}
    return orjson.dumps(answer)
