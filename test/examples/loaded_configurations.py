"""Loads configurations of LiteLLM, each in a process of its own, and prints what its router and its settings then are.

Reads JSON from standard input: {"names": those of litellm_settings, "files": a list of {"path", "environment", "variables"}}, of
which the variables are those whose values are asked for. Prints one JSON list, in the order of the files.
"""

import asyncio
import importlib
import json
import os
import sys
import traceback
from collections.abc import Mapping

import litellm
from litellm.integrations.custom_guardrail import CustomGuardrail
from litellm.proxy import proxy_server
from litellm.router import Router

# What people can say of the router in its file, and a few attributes that hold it under other names.
ROUTER = sorted(set(Router.get_valid_args()) - {"model_list", "self"})


def plain(value):
    """As JSON can have it; of an object, the name of its class."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(exclude_none=True))
    return type(value).__name__


def loaded(path, names, variables):
    for hook in filter(None, os.environ.get("LITELLM_WORKER_STARTUP_HOOKS", "").split(",")):
        module, _, function = hook.partition(":")
        getattr(importlib.import_module(module), function)()
    router, deployments, general = asyncio.run(
        proxy_server.ProxyConfig().load_config(router=None, config_file_path=path)
    )
    return {
        "models": plain(deployments),
        "modelInfo": plain([proxy_server._get_proxy_model_info(model) for model in router.get_model_list()]),
        "router": {name: plain(getattr(router, name, None)) for name in ROUTER},
        "settings": {name: plain(getattr(litellm, name, None)) for name in names},
        "general": plain(general),
        "cache": plain(litellm.cache and vars(litellm.cache.cache).get("redis_kwargs")),
        "guardrails": plain([[one.guardrail_name, plain(one.event_hook), one.default_on] for one in guardrails()]),
        "variables": {name: os.environ.get(name) for name in variables},
    }


def guardrails():
    return [one for one in litellm.callbacks if isinstance(one, CustomGuardrail)]


def in_process_of_its_own(file, names):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(2, 1)
        try:
            os.environ.update(file["environment"])
            sys.path[:0] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
            result = loaded(file["path"], names, file["variables"])
        except BaseException:
            result = {"error": traceback.format_exc()}
        with os.fdopen(writer, "w") as pipe:
            pipe.write(json.dumps(result).replace(os.path.dirname(file["path"]), "{files}"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


asked = json.load(sys.stdin)
print(json.dumps([in_process_of_its_own(file, asked["names"]) for file in asked["files"]]))
