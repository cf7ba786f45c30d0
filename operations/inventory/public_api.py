"""Prints what the official SDKs send: for each route family the names in the body and in the query, and all headers.

Run it with the Python of an environment that has the SDKs. Each method that sends a request is called with every
parameter that it has, against a server of this process, which keeps what arrives and answers with an error. So a
parameter counts as what it is on the wire: `betas` of Anthropic's SDK is a header, not a name in the body. Nothing of
what these SDKs can send is typed by hand here, but for the methods to call.
"""

import ast
import email.message
import importlib.metadata
import inspect
import io
import json
import re
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import anthropic
import cohere
import google.genai
import openai

# The methods of each family. One that an SDK lacks is passed over: the two generations of SDKs differ.
METHODS = {
    "chat": ["openai chat.completions.create"],
    "completions": ["openai completions.create"],
    "embeddings": ["openai embeddings.create"],
    "responses": ["openai responses.create"],
    "responses_compact": ["openai responses.compact"],
    "responses_input_tokens": ["openai responses.input_tokens.count"],
    "moderations": ["openai moderations.create"],
    "speech": ["openai audio.speech.create"],
    "transcriptions": ["openai audio.transcriptions.create"],
    "translations": ["openai audio.translations.create"],
    "images": ["openai images.generate"],
    "image_edits": ["openai images.edit"],
    "image_variations": ["openai images.create_variation"],
    "messages": ["anthropic messages.create", "anthropic beta.messages.create"],
    "count_tokens": ["anthropic messages.count_tokens", "anthropic beta.messages.count_tokens"],
    "rerank": ["cohere v2.rerank", "cohere rerank"],
}

# Google's SDK builds a body with functions that are generated from Google's description of the API: names of theirs.
GOOGLE = {"generate_content": "GenerateContent", "google_count_tokens": "CountTokens"}

# What every method of an SDK has beside the parameters of the API.
OPTIONS = {"extra_headers", "extra_query", "extra_body", "timeout", "request_options"}


class Recorder(BaseHTTPRequestHandler):
    """Keeps the last request."""

    protocol_version = "HTTP/1.1"
    seen: dict = {}

    def do_POST(self) -> None:
        length = self.headers.get("content-length")
        body = self.rfile.read(int(length)) if length else self.chunks()
        Recorder.seen = {
            "query": [name for name, _ in parse_qsl(urlsplit(self.path).query, keep_blank_values=True)],
            "headers": list(self.headers.keys()),
            "body": names_in(body, self.headers.get("content-type", "")),
        }
        self.send_response(400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST

    def chunks(self) -> bytes:
        parts = []
        while self.headers.get("transfer-encoding") == "chunked":
            size = int(self.rfile.readline(), 16)
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                break
        return b"".join(parts)

    def log_message(self, *_: object) -> None:
        pass


def names_in(body: bytes, content_type: str) -> list[str]:
    """The names of a body: JSON's, or a form's without the brackets that lists and mappings have there."""
    if not body:
        return []
    if not content_type.startswith("multipart/"):
        return list(json.loads(body))
    message = email.message_from_bytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    assert isinstance(parts, list)
    names = [str(part.get_param("name", header="content-disposition")) for part in parts]
    return [name.split("[")[0] for name in names]


def clients(url: str) -> dict:
    """The SDKs, with everything given that they can send a header for."""
    # Cohere's v1 and v2 are one client with two sides.
    return {
        "openai": openai.OpenAI(
            api_key="key", base_url=url, max_retries=0, organization="organization", project="project"
        ),
        "anthropic": anthropic.Anthropic(api_key="key", base_url=url, max_retries=0),
        "cohere": cohere.Client(api_key="key", base_url=url, client_name="name"),
        "google-genai": google.genai.Client(api_key="key", http_options={"base_url": url}),
    }


def method_of(client: object, path: str) -> object:
    """The method at a path such as `chat.completions.create`, or None."""
    for name in path.split("."):
        client = getattr(client, name, None)
    return client


def parameters_of(method: object) -> list[inspect.Parameter]:
    parameters = inspect.signature(method).parameters.values()
    return [one for one in parameters if one.name not in OPTIONS and one.kind is not one.VAR_KEYWORD]


def value_for(parameter: inspect.Parameter) -> object:
    """Something that an SDK takes for a parameter: it looks at the value of few."""
    name = parameter.name
    if "FileTypes" in str(parameter.annotation):
        return ("file.png", io.BytesIO(b"file"), "image/png")
    if re.search(r"\btype\b", str(parameter.annotation)):
        return int
    special = {"stream": False, "max_tokens": 1, "output_config": {}}
    if name in special:
        return special[name]
    return [] if name in ("messages", "documents", "tools") else "text"


def record(family: str, method: object) -> dict:
    """What a method sends that is called with all its parameters."""
    Recorder.seen = {}
    given = {one.name: value_for(one) for one in parameters_of(method)}
    failure = None
    try:
        method(**given)
    except Exception as error:
        failure = error
    if not Recorder.seen:
        raise RuntimeError(f"{family}: nothing was sent, but raised: {failure!r}")
    return Recorder.seen


def google_body(operation: str) -> set[str]:
    """The names which the SDK's converters set at the top of a request's body."""
    tree = ast.parse(Path(inspect.getfile(google.genai.models)).read_text())
    converters = re.compile(rf"_{operation}(Config|Parameters)_to_\w+$")
    names = set()
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or not converters.match(function.name):
            continue
        top = "to_object" if "Parameters" in function.name else "parent_object"
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "setv":
                continue
            target, path = call.args[0], ast.literal_eval(call.args[1])
            if getattr(target, "id", "") == top and not path[0].startswith("_"):
                # Google's servers take a name as the SDK writes it and as Google's description has it: tool_config.
                names.update((path[0], snake_case(path[0])))
    return names


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def header_constants(package: object) -> set[str]:
    """Names in an SDK's source which can only be headers: those that it sends just sometimes."""
    form = re.compile(r"(x-(stainless|goog|anthropic|openai|client|request|fern|server|should)-?|anthropic-|openai-)[a-z-]+", re.I)
    found = set()
    root = Path(inspect.getfile(package)).parent
    for path in root.rglob("*.py"):
        if "tests" in path.parts or "types" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and form.fullmatch(node.value):
                found.add(node.value)
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sdks = clients(f"http://127.0.0.1:{server.server_port}")
    families: dict[str, dict] = {}
    headers: dict[str, set] = {}

    def add(family: str, sdk: str, method: str, seen: dict) -> None:
        entry = families.setdefault(family, {"sources": [], "parameters": set(), "query": set()})
        entry["sources"].append(f"{sdk} {importlib.metadata.version(sdk)}: {method}")
        entry["parameters"].update(seen["body"])
        entry["query"].update(seen["query"])
        for name in seen["headers"]:
            headers.setdefault(name.lower(), set()).add(sdk)

    for family, methods in METHODS.items():
        for sdk, path in (one.split() for one in methods):
            method = method_of(sdks[sdk], path)
            if method is not None:
                add(family, sdk, path, record(family, method))
    for family, operation in GOOGLE.items():
        models = sdks["google-genai"].models
        name = snake_case(operation)
        plain = record_google(getattr(models, name))
        stream = getattr(models, f"{name}_stream", None)
        seen = [plain] + ([record_google(stream)] if stream else [])
        for one in seen:
            add(family, "google-genai", f"models.{name}", {**one, "body": google_body(operation)})
    for sdk, package in (("openai", openai), ("anthropic", anthropic), ("cohere", cohere), ("google-genai", google.genai)):
        for name in header_constants(package):
            headers.setdefault(name.lower(), set()).add(sdk)
    json.dump(
        {
            "families": families,
            "headers": {name: [f"{sdk} {importlib.metadata.version(sdk)}" for sdk in sorted(from_)] for name, from_ in headers.items()},
        },
        sys.stdout,
        indent=2,
        default=sorted,
        sort_keys=True,
    )


def record_google(method: object) -> dict:
    Recorder.seen = {}
    try:
        # A stream sends nothing before it is read.
        list(method(model="model", contents="text"))
    except Exception as error:
        if not Recorder.seen:
            raise RuntimeError(f"google-genai sent nothing, but raised: {error!r}") from error
    return Recorder.seen


main()
