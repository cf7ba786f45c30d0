"""The guide's own client code against a gateway: prints what it gets as JSON. Master key and project's key on stdin."""

import asyncio
import json
import os
import sys

from sagewai.integrations import LiteLLMProxyClient


async def main() -> None:
    master_key, project_key = sys.stdin.read().split()
    client = LiteLLMProxyClient(proxy_url=os.environ["LITELLM_PROXY_URL"], api_key=master_key)
    models = await client.list_models()
    project = LiteLLMProxyClient(proxy_url=os.environ["LITELLM_PROXY_URL"], api_key=project_key)
    print(
        json.dumps(
            {
                "health": await client.health_check(),
                "models": sorted(f"{m.model_name} ({m.provider}) - max {m.max_tokens} tokens" for m in models),
                "project_models": sorted({m.model_name for m in await project.list_models()}),
                "spend": await client.get_spend(),
                "project_spend": await project.get_spend(),
            },
            default=str,
        )
    )


asyncio.run(main())
