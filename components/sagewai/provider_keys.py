"""Shows of the key in a provider of ours which one it is.

Sagewai tells of a stored key only that there is one, so that nobody could see whether it is still the one that was declared.
A hash is no secret: it is LiteLLM's own name for a virtual key.
"""

import hashlib

from sagewai.admin.state_file import AdminStateFile

from pool_keys import OWNER

list_providers = AdminStateFile.list_providers


def show_hashes() -> None:
    AdminStateFile.list_providers = list_with_hashes


def list_with_hashes(self, project_id=None):
    shown = list_providers(self, project_id)
    for provider, stored in zip(shown, self.list_providers_decrypted(project_id), strict=True):
        if provider.get("managed_by") != OWNER or not isinstance(provider.get("config"), dict):
            continue
        key = stored["config"].get("api_key")
        provider["config"]["key_sha256"] = hashlib.sha256(key.encode()).hexdigest() if isinstance(key, str) and key else None
    return shown
