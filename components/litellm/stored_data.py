"""What no request may name: data that lie with a provider, or in a cloud that LiteLLM signs in to.

No virtual key can store anything there. So what a request names is somebody else's, and the provider hands it out to whoever
has the organization's credentials: a file, a vector store, a cache, each object of a bucket that LiteLLM's account may read.
For models of other providers, LiteLLM itself searches OpenAI's vector stores.
"""

from collections.abc import Iterator, Mapping

URIS = ("gs://", "s3://", "https://generativelanguage.googleapis.com/")
"""Beginnings of addresses that a provider opens as the organization."""

TEXTS = frozenset(
    ("text", "content", "input", "output", "arguments", "thinking", "reasoning_content", "signature", "refusal")
    + ("prompt", "suffix", "system", "instructions", "description", "title", "name", "data", "user", "stop", "query")
    + ("documents", "context")
)
"""Names of what people and models write, which may well begin like an address."""

OTHERS_OWN = frozenset(
    ("parameters", "parametersJsonSchema", "input_schema", "json_schema", "schema", "responseSchema", "response_schema")
    + ("parameters_json_schema", "responseJsonSchema", "response_json_schema", "input_examples", "args", "response")
    + ("metadata", "labels")
)
"""Names of values whose shape is the client's: schemas, and what tools are called with and answer."""

IDS = frozenset(("file_id", "file_ids", "vector_store_id", "vector_store_ids", "cachedContent", "cached_content"))

STORES = frozenset(
    ("retrieval", "fileSearch", "file_search", "vertexAiSearch", "vertex_ai_search", "vertexRagStore", "vertex_rag_store")
    + ("externalApi", "external_api")
)
"""Tools that search data of the organization's."""


def stored_data(body: Mapping) -> str | None:
    """The name of what refers to stored data; None if nothing does."""
    return next((name for name, value in named_values(body) if refers(name, value)), None)


def refers(name: str, value: object) -> bool:
    if name in STORES:
        return True
    if name == "type":
        return value == "file_search"
    if not isinstance(value, str) or not value:
        return False
    address = value[:64].lstrip().lower()
    if name in IDS:
        # LiteLLM takes an address there for a file to be fetched, or for the file itself.
        return not address.startswith(("http://", "https://", "data:")) or address.startswith(URIS)
    return name not in TEXTS and address.startswith(URIS)


def named_values(body: Mapping) -> Iterator[tuple[str, object]]:
    """Everything in a request with the name under which it stands; of a list, each item with the list's."""
    rest: list[tuple[str, object]] = list(body.items())
    while rest:
        name, value = rest.pop()
        yield name, value
        if isinstance(value, list):
            rest.extend((name, item) for item in value)
        elif isinstance(value, dict):
            is_called = str(value.get("type")).endswith("tool_use")
            rest.extend((key, item) for key, item in value.items() if key not in OTHERS_OWN and not (is_called and key == "input"))


def embedded_data(body: Mapping) -> bool:
    """Whether what is to be embedded lies in a bucket: some models take an address there for a picture or a film."""
    value = body.get("input")
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and text[:64].lstrip().lower().startswith(URIS) for text in texts)
