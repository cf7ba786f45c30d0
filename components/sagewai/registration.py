"""A worker's credentials, kept for its next run where nobody but that run can read them."""

import base64
import hashlib
import hmac
import json
from pathlib import Path


class Registration:
    """
    Kept only by a run that left no task unfinished, and encrypted with the enrollment key, which no task knows.

    Heartbeats renew the leases of all tasks of a registration. One that was taken over after a crash would hold on to
    the tasks that died with the crash, which then never run.
    """

    def __init__(self, folder: Path, enrollment_key: str, identity: dict) -> None:
        self.file = folder / "registration"
        self.key = hmac.digest(enrollment_key.encode(), b"registration", "sha256")
        self.identity = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()

    def take(self) -> tuple[str, str] | tuple[None, None]:
        """ID and secret of the worker that the former run kept, if it registered with the same."""
        text = self.file.read_bytes() if self.file.exists() else None
        # Those of former releases were there for every task to read.
        for file in self.file.parent.glob("*.json"):
            file.unlink()
        self.file.unlink(missing_ok=True)
        if text is None:
            return None, None
        from cryptography.fernet import InvalidToken

        try:
            kept = json.loads(self.cipher().decrypt(text))
        except InvalidToken:
            return None, None
        return (kept["id"], kept["secret"]) if kept["identity"] == self.identity else (None, None)

    def keep(self, worker_id: str | None, secret: str | None) -> None:
        if worker_id and secret:
            kept = {"id": worker_id, "secret": secret, "identity": self.identity}
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_bytes(self.cipher().encrypt(json.dumps(kept).encode()))

    def cipher(self):
        # Takes 6 MB, and only those that go on with a registration need it.
        from cryptography.fernet import Fernet

        return Fernet(base64.urlsafe_b64encode(self.key))
