"""Prints what LiteLLM shows to Prometheus: the labels of each metric, by the name that it is exported under.

Run it with the Python of an installed LiteLLM that has prometheus_client too, and keep the output as
litellm-metrics.json.
"""

import importlib.metadata
import json

from litellm.integrations.prometheus import PrometheusLogger
from prometheus_client import REGISTRY

PrometheusLogger()
metrics = {}
for collector, names in REGISTRY._collector_to_names.items():
    if not getattr(collector, "_name", "").startswith("litellm"):
        continue
    for name in names:
        # Not shown by several processes together, and the bare name only where nothing is added to it.
        if name.endswith("_created") or (collector._type != "gauge" and name == collector._name):
            continue
        labels = sorted(collector._labelnames) + (["le"] if name.endswith("_bucket") else [])
        metrics[name] = " ".join(labels)
version = importlib.metadata.version("litellm")
print(json.dumps({"version": version, "metrics": metrics}, indent=2, sort_keys=True))
