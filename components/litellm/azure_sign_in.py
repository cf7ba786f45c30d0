"""Lets LiteLLM sign in to Azure again by a pod's token, when the access token that it got for it has expired.

LiteLLM exchanges the pod's token for an access token when it makes a client, and keeps the client for an hour, however soon the
access token expires: from then on Azure refuses each call (https://github.com/BerriAI/litellm/issues/41251). Here, each call
asks LiteLLM's own exchange, which keeps an access token until it expires, and then reads the pod's token again.

LiteLLM runs `install` by LITELLM_WORKER_STARTUP_HOOKS.
"""

import os
from functools import partial, wraps

from litellm.llms.azure.common_utils import BaseAzureLLM, get_azure_ad_token_from_oidc


def signing_in_again(initialize):
    """What makes a client's parameters, which then hold the exchange in place of an access token."""

    @wraps(initialize)
    def initialize_azure_sdk_client(self, litellm_params, *args, **kwargs):
        reference = litellm_params.get("azure_ad_token")
        if isinstance(reference, str) and reference.startswith("oidc/"):
            exchange = partial(
                get_azure_ad_token_from_oidc,
                reference,
                azure_client_id=litellm_params.get("client_id"),
                azure_tenant_id=litellm_params.get("tenant_id"),
                scope=litellm_params.get("azure_scope"),
            )
            litellm_params = {**litellm_params, "azure_ad_token": None, "azure_ad_token_provider": exchange}
        return initialize(self, litellm_params, *args, **kwargs)

    return initialize_azure_sdk_client


def install() -> None:
    # AKS tells its pods of an authority that ends with a slash, behind which LiteLLM puts another one.
    authority = os.environ.get("AZURE_AUTHORITY_HOST")
    if authority:
        os.environ["AZURE_AUTHORITY_HOST"] = authority.rstrip("/")
    BaseAzureLLM.initialize_azure_sdk_client = signing_in_again(BaseAzureLLM.initialize_azure_sdk_client)
