"""Lets redis-py trust the authorities of REDIS_GCP_SSL_CA_CERTS, and no others. Python runs it before anything else.

redis-py takes the authorities that it is given for further ones besides the public ones. That is enough where the server's
name is checked too. Memorystore is called by an address that its certificate doesn't name, so that there anybody with a
public certificate, for whatever name, could pass for it, and would be sent a token.
"""

import os
import ssl
import sys

AUTHORITIES = os.environ.get("REDIS_GCP_SSL_CA_CERTS")

create_default_context = ssl.create_default_context


def create_context(*args, **kwargs):
    caller = sys._getframe(1).f_globals.get("__name__", "")
    # A context that is made with authorities has no public ones.
    if caller.startswith("redis.") and not args and not kwargs:
        return create_default_context(cafile=AUTHORITIES)
    return create_default_context(*args, **kwargs)


if AUTHORITIES:
    ssl.create_default_context = create_context
