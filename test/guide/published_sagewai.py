"""What the guide's code and words do with the published Sagewai, as JSON: docs/guide.md says so of each.

On stdin, as JSON: the URLs of two servers that record what they are asked, the `gateway` and one for what goes past it,
`elsewhere`; and the `code` of docs/guide.md. What an agent is asked is the name of the case, by which the servers know it.
"""

import asyncio
import contextlib
import inspect
import io
import json
import os
import sys
from pathlib import Path

import sagewai
from sagewai import AgentConfig, InferenceParams, UniversalAgent, WorkflowWorker
from sagewai.context.url_parser import _validate_url
from sagewai.core.base import BaseAgent
from sagewai.integrations import LiteLLMProxyClient
from sagewai.models.worker import WorkerCredentials

PLACE = json.load(sys.stdin)
GATEWAY = PLACE["gateway"]
KEY = "sk-project-virtual-key"

# A person's own key and, in place of api.openai.com, a server that tells.
os.environ |= {"OPENAI_API_KEY": "sk-of-the-person", "OPENAI_BASE_URL": f"{PLACE['elsewhere']}/v1"}

GUIDE_VARIABLES = {"LITELLM_PROXY_URL": GATEWAY, "LITELLM_API_KEY": KEY}
LITELLM_VARIABLES = {"USE_LITELLM_PROXY": "True", "LITELLM_PROXY_API_BASE": GATEWAY, "LITELLM_PROXY_API_KEY": KEY}
SERVICE_VARIABLES = ["FLEET_GATEWAY_URL", "ENROLLMENT_KEY", "WORKER_MODELS"]


def error_of(make) -> str:
    try:
        make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "none"


def import_inference_config():
    from sagewai import InferenceConfig  # noqa: F401


def asked(case: str, make, variables: dict[str, str] = {}) -> str:
    """What an agent answers, or how it fails."""
    os.environ |= variables
    try:
        return asyncio.run(make().chat(case))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        for name in variables:
            del os.environ[name]


def agent(model: str, **more) -> UniversalAgent:
    return UniversalAgent(name="research-agent", model=model, **more)


def agent_as_in_the_guide() -> UniversalAgent:
    inference = InferenceParams(api_base=GATEWAY, api_key=KEY)
    return UniversalAgent(
        name="research-agent", config=AgentConfig(name="research-agent", model="gpt-4o-mini", inference=inference)
    )


def unknown_to(function, names: list[str]) -> list[str]:
    return [name for name in names if name not in inspect.signature(function).parameters]


def asked_in_worker(case: str, credentials) -> str:
    """The same in a worker with these credentials, which hands them out so."""
    from sagewai.core.worker import _worker_credentials

    token = _worker_credentials.set(credentials)
    try:
        return asked(case, lambda: agent("gpt-4o"))
    finally:
        _worker_credentials.reset(token)


def read_variables(names: list[str]) -> list[str]:
    """Those of them that Sagewai's code has as a text of its own."""
    code = [path.read_text() for path in Path(sagewai.__file__).parent.rglob("*.py")]
    return [name for name in names if any(f'"{name}"' in text or f"'{name}'" in text for text in code)]


def printed_by(code: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    return printed.getvalue()


async def healthy(address: str) -> bool:
    return (await LiteLLMProxyClient(proxy_url=address, api_key=KEY).health_check())["healthy"]


METADATA_SERVER = "http://169.254.169.254"
"""What a server-side request forgery in a cloud is after."""


def main() -> dict:
    at_gateway = {"api_base": GATEWAY, "api_key": KEY}
    credentials = {"inference_overrides": at_gateway}
    agents = {
        "config=": lambda: agent_as_in_the_guide(),
        "api_base, gpt-4o": lambda: agent("gpt-4o", **at_gateway),
        "api_base, claude-sonnet": lambda: agent("claude-sonnet", **at_gateway),
        "api_base, litellm_proxy/claude-sonnet": lambda: agent("litellm_proxy/claude-sonnet", **at_gateway),
    }
    guides_worker = ["project_id", "pool", "labels", "models", "gateway_url", "enrollment_key", "credentials"]
    os.environ |= {"GATEWAY_URL": GATEWAY, "GATEWAY_KEY": KEY}
    said = {
        "InferenceConfig": error_of(import_inference_config),
        "AgentConfig": error_of(lambda: AgentConfig(inference=InferenceParams())),
        "InferenceParams knows a model": hasattr(InferenceParams(model="gpt-4o"), "model"),
        "agents": {case: asked(case, make) for case, make in agents.items()}
        | {
            "guide's variables": asked("guide's variables", lambda: agent("gpt-4o"), GUIDE_VARIABLES),
            "LiteLLM's variables": asked("LiteLLM's variables", lambda: agent("claude-sonnet"), LITELLM_VARIABLES),
            "credentials as a dictionary": asked_in_worker("credentials as a dictionary", credentials),
            "credentials": asked_in_worker("credentials", WorkerCredentials(**credentials)),
        },
        "variables that Sagewai reads": read_variables([*GUIDE_VARIABLES, *SERVICE_VARIABLES]),
        "unknown to WorkflowWorker": unknown_to(WorkflowWorker, guides_worker),
        "budget methods": [name for name in ("check_budget", "record_spend") if hasattr(BaseAgent, name)],
        "budget manager": repr(agent("gpt-4o")._budget_manager),
        "code": [printed_by(code) for code in PLACE["code"]],
        "a document at the metadata server": error_of(lambda: _validate_url(METADATA_SERVER)),
    }
    os.environ |= {"HTTP_PROXY": PLACE["elsewhere"], "NO_PROXY": ""}
    return said | {"a proxy at the metadata server": asyncio.run(healthy(METADATA_SERVER))}


print(json.dumps(main()))
