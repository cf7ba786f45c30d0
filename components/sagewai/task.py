"""Runs one fleet task: reads it as JSON from stdin and prints the agent's reply.

Sagewai's own handler, with two differences. Models go by the gateway's names: LiteLLM would take them for a
provider's own and go past the gateway. And a task ends with its worker, which runs it again elsewhere.
"""

import io
import json
import os
import sys
import threading
import time

from lean import skip_initialization_of


def end_with(worker: int) -> None:
    while os.getppid() == worker:
        time.sleep(0.5)
    os._exit(1)


threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()

skip_initialization_of("sagewai")

from sagewai.examples.fleet import agent_task_handler  # noqa: E402

task = json.load(sys.stdin)
payload = task.setdefault("payload", {})
model = payload.get("model") or task.get("model")
if model in os.environ.get("WORKER_MODELS", "").split(",") or (model and "/" not in model):
    payload["model"] = f"litellm_proxy/{model}"
sys.stdin = io.StringIO(json.dumps(task))
sys.exit(agent_task_handler.main())
