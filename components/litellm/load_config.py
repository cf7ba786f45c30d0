"""Loads a configuration as LiteLLM does when it starts, and fails if LiteLLM would not start with it, or without one of its models.

Nothing is served, and no database is connected to.
"""

import asyncio
import importlib
import os
import sys
from collections import Counter

import yaml
from litellm.proxy.proxy_server import ProxyConfig

for hook in os.environ["LITELLM_WORKER_STARTUP_HOOKS"].split(","):
    module, _, function = hook.partition(":")
    getattr(importlib.import_module(module), function)()

path = sys.argv[1]
router, _, _ = asyncio.run(ProxyConfig().load_config(router=None, config_file_path=path))

# LiteLLM only logs those that it can't use.
with open(path, "rb") as file:
    wanted = [deployment["model_name"] for deployment in yaml.safe_load(file)["model_list"]]
# It also lists each alias, as a deployment of its own.
loaded = [deployment["model_name"] for deployment in router.get_model_list()]
missing = Counter(wanted) - Counter(loaded)
if missing:
    sys.exit(f"LiteLLM would run without some of its deployments: {', '.join(sorted(missing.elements()))}.")
