"""For each line of standard input, which names a configuration file and variables, connects to Redis as the LiteLLM proxy
does, and prints how that ended for both of its clients."""

import asyncio
import json
import os
import sys

import redis.asyncio.retry
import redis.retry
import yaml

import litellm._redis
import litellm._redis_credential_provider
from litellm.proxy.proxy_server import ProxyConfig

# Google's part: the token of a service account.
for module in (litellm._redis, litellm._redis_credential_provider):
    module.generate_gcp_iam_access_token = lambda account: "token-of-iam"

# Otherwise each client tries ten times, and waits in between.
redis.retry.Retry.call_with_retry = lambda self, do, *args, **kwargs: do()
redis.asyncio.retry.Retry.call_with_retry = lambda self, do, *args, **kwargs: do()


def outcome(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


async def connect(config: dict) -> dict[str, str]:
    cache = ProxyConfig()._init_coordination_redis(config)
    results = {}
    try:
        results["sync"] = str(cache.redis_client.ping())
    except Exception as error:
        results["sync"] = outcome(error)
    try:
        results["async"] = str(await cache.init_async_client().ping())
    except Exception as error:
        results["async"] = outcome(error)
    return results


for line in sys.stdin:
    case = json.loads(line)
    os.environ.update(case["environment"])
    with open(case["config"]) as file:
        print("RESULT " + json.dumps(asyncio.run(connect(yaml.safe_load(file)))), flush=True)
    for name in case["environment"]:
        del os.environ[name]
