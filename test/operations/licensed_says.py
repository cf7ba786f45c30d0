"""Prints what LiteLLM does without a licence with each name that needs one: what it refuses it with, or that it has no effect.

It runs in one process what LiteLLM runs when it starts and when it is asked something. Nothing is served.
"""

import asyncio
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import litellm
from fastapi import Request, UploadFile
from litellm.litellm_core_utils.litellm_logging import build_custom_logger_compatible_class
from litellm.proxy import proxy_server
from litellm.proxy._types import LiteLLM_AuditLogs, LitellmTableNames
from litellm.proxy.auth import auth_utils, oauth2_check
from litellm.proxy.auth.route_checks import RouteChecks
from litellm.proxy.common_utils.http_parsing_utils import check_file_size_under_limit
from litellm.proxy.management_helpers import audit_logs, team_metadata_validation
from litellm.secret_managers.aws_secret_manager import AWSKeyManagementService_V2
from litellm_enterprise.proxy.auth.custom_sso_handler import EnterpriseCustomSSOHandler
from litellm_enterprise.proxy.utils import should_block_robots

DEPLOYMENT = {"model_name": "gpt-4o", "litellm_params": {"model": "gpt-4o", "api_key": "sk-nobody", "max_file_size_mb": 1}}
SIZE = b"10000000000"

# Without these, some say first that they miss something else.
os.environ.update(
    AWS_REGION_NAME="eu-central-1",
    AZURE_STORAGE_ACCOUNT_KEY="bm9ib2R5",
    AZURE_STORAGE_ACCOUNT_NAME="nobody",
    AZURE_STORAGE_FILE_SYSTEM="nothing",
    CYBERARK_API_KEY="nobody",
    GCS_BUCKET_NAME="nothing",
    HCP_VAULT_TOKEN="nobody",
)

said: dict[str, str] = {}


def says(name: str, does: Callable[[], object]) -> None:
    try:
        result = does()
        said[name] = f"answers {asyncio.run(result) if asyncio.iscoroutine(result) else result}"
    except Exception as error:
        # A missing class or a wrong call is this program's fault.
        if isinstance(error, AttributeError | TypeError | ImportError):
            raise
        said[name] = f"refuses: {getattr(error, 'message', None) or getattr(error, 'detail', None) or error}"


def load(part: str, **names: object) -> Callable[[], object]:
    file = Path(tempfile.mkdtemp(), "config.yaml")
    file.write_text(json.dumps({"model_list": [DEPLOYMENT], **({part: names} if part else names)}))
    return lambda: load_and_forget(file)


async def load_and_forget(file: Path) -> str:
    try:
        proxy_server.llm_router, _, _ = await proxy_server.ProxyConfig().load_config(router=None, config_file_path=str(file))
    finally:
        file.unlink()
    return "loaded"


def given(does: Callable[[], object], **names: object) -> Callable[[], object]:
    """With such general settings."""

    def run() -> object:
        proxy_server.general_settings.update(names)
        try:
            return does()
        finally:
            proxy_server.general_settings.clear()

    return run


def logger(name: str) -> Callable[[], object]:
    """Makes a logger, and tries what it does before it logs something."""

    async def make() -> None:
        # LiteLLM itself only logs why it goes on without one.
        made = build_custom_logger_compatible_class(name, None, None)
        if name == "azure_storage":
            made._premium_user_check()

    return make


def request(path: str) -> Request:
    return Request({"type": "http", "method": "POST", "path": path, "headers": [(b"content-length", SIZE)], "client": None})


def main() -> None:
    assert proxy_server.premium_user is False
    known = json.loads(sys.argv[1])
    says("nothing", load("general_settings"))
    for name in known["callbacks"]:
        if name in litellm._known_custom_logger_compatible_callbacks:
            says(name, logger(name))
        else:
            says(name, load("litellm_settings", callbacks=[name]))
    for name in known["secretManagers"]:
        says(name, lambda name=name: proxy_server.ProxyConfig().initialize_secret_manager(name))
        # Some note themselves before they look for the licence.
        litellm.secret_manager_client = litellm._key_management_system = None
    says("worker_registry", load("", worker_registry=[{"worker_id": "a", "name": "a", "url": "http://127.0.0.1:1"}]))
    says("tag_budget_config", load("litellm_settings", tag_budget_config={"a": {"max_budget": 1, "budget_duration": "1d"}}))
    says("allowed_ips", load("general_settings", allowed_ips=["127.0.0.1"]))
    says("enforced_params", load("general_settings", enforced_params=["user"]))
    litellm.tag_budget_config = None

    says("block_robots", given(should_block_robots, block_robots=True))
    route = "/spend/calculate"
    public = given(lambda: auth_utils.route_in_additonal_public_routes(route), public_routes=[route])
    says("public_routes", public)
    says("admin_only_routes", given(lambda: RouteChecks.custom_admin_only_route_check(route), admin_only_routes=[route]))
    size = given(lambda: auth_utils.check_if_request_size_is_safe(request(route)), max_request_size_mb=1)
    says("max_request_size_mb", size)
    response = given(lambda: auth_utils.check_response_size_is_safe("a" * 2**21), max_response_size_mb=1)
    says("max_response_size_mb", response)
    says("enable_oauth2_auth", lambda: oauth2_check.Oauth2Handler.check_oauth2_token("token"))
    says("custom_ui_sso_sign_in_handler", lambda: EnterpriseCustomSSOHandler.handle_custom_ui_sso_sign_in(request(route)))
    team = team_metadata_validation.run_team_metadata_validation
    says("custom_team_metadata_validate", lambda: team(None, None, proxy_server.premium_user, 1, ""))
    says("aws_kms", AWSKeyManagementService_V2.validate_environment.__get__(SimpleNamespace()))
    says("max_file_size_mb", lambda: check_file_size_under_limit({"model": "gpt-4o"}, too_large(), ["gpt-4o"]))
    says("store_audit_logs", audited)
    print(json.dumps(said))


def too_large() -> UploadFile:
    return UploadFile(io.BytesIO(), size=int(SIZE), filename="a.wav")


async def audited() -> int:
    """How many entries are written."""
    written: list[object] = []
    litellm.store_audit_logs = True
    proxy_server.prisma_client = SimpleNamespace()
    audit_logs._insert_audit_log_row = lambda _, row: written.append(row)
    entry = LiteLLM_AuditLogs(
        id="a", updated_at="2026-01-01T00:00:00", table_name=LitellmTableNames.KEY_TABLE_NAME, object_id="a", action="created"
    )
    await audit_logs.create_audit_log_for_update(entry)
    return len(written)


main()
