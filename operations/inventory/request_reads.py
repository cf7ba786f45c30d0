"""What a program reads from requests: which variables hold a request's body, metadata, headers or query."""

import re

from key_reads import KeyReads, Kind

# What a variable that holds a request is called. A new word here can only add names.
REQUEST = re.compile(
    r"kwargs|param|request|metadata|cred"
    r"|(^|_)(data|args|body|inputs?|values|payload|fields|extra|query|form|options)($|_)"
)
# Not what a client sent, though it may be called so.
OTHER = re.compile(
    r"respon|result|usage|chunk|redis|config|setting|environ|hidden|schema|logging_payload|standard_logging|(^|_)row"
)
METADATA = re.compile(r"(^|_)meta(data)?($|_)")
HEADERS = re.compile(r"headers?($|_)")
QUERY = re.compile(r"query_?params?$")


class RequestReads(KeyReads):
    """Collects the names that a module reads from requests, and what it calls with a whole request as `**data`."""

    def kind_of_name(self, name: str) -> Kind | None:
        name = name.lower()
        if OTHER.search(name):
            return None
        if HEADERS.search(name):
            return "headers"
        if QUERY.search(name):
            return "query"
        if METADATA.search(name):
            return "metadata"
        return "body" if REQUEST.search(name) else None
