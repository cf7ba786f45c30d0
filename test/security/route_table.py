"""A startup hook for LiteLLM in tests: `GET /route-table` tells all routes that it has by then, by their kind."""


def serve() -> None:
    from fastapi.routing import iter_route_contexts
    from litellm.proxy.proxy_server import app

    async def table() -> list[dict]:
        app.openapi_schema = None
        found = [
            {"kind": type(route.original_route).__name__, "path": route.path, "methods": sorted(route.methods or [])}
            for route in iter_route_contexts(app.router.routes)
        ]
        documented = [
            {"kind": "documented", "path": path, "methods": sorted(method.upper() for method in operations)}
            for path, operations in app.openapi()["paths"].items()
        ]
        return [route for route in [*found, *documented] if route["path"] != "/route-table"]

    app.add_api_route("/route-table", table)
