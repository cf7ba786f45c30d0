"""Encrypts what a Sagewai admin stores with its present master key, also what the key before that one encrypted.

SAGEWAI_MASTER_KEY is the key, and once it was replaced the former one after a space. Sagewai itself takes one (serve.py).
"""

import json
import shutil
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

OWNER = "llm-gateway"
"""Marks what this program has stored, and stores again once the admin serves (providers/sagewai/projects.ts)."""

PREFIX = "fernet:"
"""Marks a text that Sagewai has encrypted, wherever it stands in a file of JSON."""


class MasterKeyError(Exception):
    """The keys don't fit. The message says what to do."""


class MasterKeys:
    """The key, which encrypts, and with it the former one, which can still decrypt."""

    def __init__(self, keys: str) -> None:
        try:
            self._fernets = [Fernet(key) for key in keys.split(" ")]
        except ValueError:
            raise MasterKeyError(
                f"SAGEWAI_MASTER_KEY must be 32 bytes in URL-safe base64, which is 44 characters ending in '=', got {len(keys)} characters."
            ) from None

    def is_present(self, token: bytes) -> bool:
        """Whether the present key can decrypt it."""
        try:
            self._fernets[0].decrypt(token)
        except InvalidToken:
            return False
        return True

    def can_decrypt(self, token: bytes) -> bool:
        try:
            MultiFernet(self._fernets).decrypt(token)
        except InvalidToken:
            return False
        return True

    def rotate(self, token: bytes) -> bytes:
        """The same secret, encrypted with the present key."""
        return MultiFernet(self._fernets).rotate(token)


def rotate_files(folders: list[Path], keys: MasterKeys) -> list[str]:
    """Encrypts with the present key what the folders' files of JSON have encrypted, and returns the names of those that change.

    Nothing is written before all of it could be decrypted: Sagewai counts a secret which it cannot decrypt as unset,
    silently: better not to start at all. What is ours doesn't count, as it is stored again: else a key that was replaced twice
    before the admin came up again would leave it down for good, with nobody having entered a secret.
    """
    paths = sorted(path for folder in folders for path in folder.glob("*.json"))
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    values = {path: json.loads(text) for path, text in texts.items() if PREFIX in text}
    rotated = {path: rotate(without_lost(value, keys), keys, path.name) for path, value in values.items()}
    changed = [path for path in rotated if rotated[path] != values[path]]
    for path in changed:
        write(path, json.dumps(rotated[path], indent=2))
    return [path.name for path in changed]


def without_lost(value, keys: MasterKeys):
    """Leaves out providers of ours whose key nobody can decrypt any more."""
    if not isinstance(value, dict) or not isinstance(value.get("providers"), list):
        return value
    return {**value, "providers": [provider for provider in value["providers"] if not is_lost(provider, keys)]}


def is_lost(provider, keys: MasterKeys) -> bool:
    if not isinstance(provider, dict) or provider.get("managed_by") != OWNER:
        return False
    key = (provider.get("config") or {}).get("api_key")
    return isinstance(key, str) and key.startswith(PREFIX) and not keys.can_decrypt(key.removeprefix(PREFIX).encode())


def rotate(value, keys: MasterKeys, file: str):
    if isinstance(value, dict):
        return {name: rotate(item, keys, file) for name, item in value.items()}
    if isinstance(value, list):
        return [rotate(item, keys, file) for item in value]
    if not isinstance(value, str) or not value.startswith(PREFIX):
        return value
    token = value.removeprefix(PREFIX).encode()
    if keys.is_present(token):
        return value
    try:
        return PREFIX + keys.rotate(token).decode()
    except InvalidToken:
        raise MasterKeyError(
            f"SAGEWAI_MASTER_KEY is not the key that encrypted the secrets of this admin ({file}). Give it the former key."
        ) from None


def write(path: Path, text: str) -> None:
    """Replaces a file in one go, and leaves its mode as it is."""
    unfinished = path.with_suffix(".rotated")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    shutil.copymode(path, unfinished)
    unfinished.replace(path)
