"""Runs one fleet task: reads it as JSON from stdin and prints the agent's reply.

Sagewai's own handler, but models go by the gateway's names: LiteLLM would take them for a provider's own and go past
the gateway.
"""

import io
import json
import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from lean import skip_initialization_of  # noqa: E402

skip_initialization_of("sagewai")

from sagewai.examples.fleet import agent_task_handler  # noqa: E402

from soft_budget import within_soft_budget  # noqa: E402

task = json.load(sys.stdin)
payload = task.setdefault("payload", {})
model = payload.get("model") or task.get("model")
if model in os.environ.get("WORKER_MODELS", "").split(",") or (model and "/" not in model):
    payload["model"] = f"litellm_proxy/{model}"
sys.stdin = io.StringIO(json.dumps(task))
sys.exit(within_soft_budget(agent_task_handler.main))
