"""Prints every route of LiteLLM's proxy as JSON: what it is, its methods and its path, those loaded on demand as well."""

import json

from litellm.proxy._lazy_features import register_all_features
from litellm.proxy.proxy_server import app


def routes_of(routes, prefix=""):
    for route in routes:
        if hasattr(route, "effective_route_contexts"):
            # A router that FastAPI has included, whose routes only it knows.
            for context in route.effective_route_contexts():
                yield described(context.original_route, context.starlette_route or context, prefix)
        else:
            yield described(route, route, prefix)
            yield from routes_of(getattr(route, "routes", None) or [], prefix + route.path)


def described(original, effective, prefix):
    kind = next(kind for kind in ("WebSocket", "Mount", "Route") if kind in type(original).__name__)
    methods = sorted(getattr(effective, "methods", None) or [])
    return {"kind": kind, "methods": methods, "path": prefix + effective.path}


register_all_features(app)
print(json.dumps(list(routes_of(app.routes))))
