"""Unit tests of the request guard, with the modules of the pinned LiteLLM: `request-guard.engine.test.ts` runs them."""

import asyncio
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "components/litellm"))

from request_guard import RequestGuard, kept_back  # noqa: E402
from request_rules import Refused, Rules, check_background, check_tools  # noqa: E402
from stored_data import embedded_data, stored_data  # noqa: E402

RULES = Rules(
    {
        "routes": [
            {"method": "POST", "path": "/v1/chat/completions", "query": [], "family": "chat"},
            {"method": "POST", "path": "/v1beta/models/{model}:generateContent", "query": [], "family": "chat"},
            {"method": "POST", "path": "/v1/audio/transcriptions", "query": [], "family": "transcriptions"},
            {"method": "GET", "path": "/v1/models", "query": ["limit"], "family": None},
        ],
        "families": {
            "chat": {"parameters": ["model", "messages", "metadata"], "query": ["beta"], "form": False},
            "transcriptions": {"parameters": ["model", "file", "metadata"], "query": [], "form": True},
        },
        "headers": ["content-type", "content-length", "authorization", "host"],
        "steering_headers": ["x-litellm-"],
        "steering_metadata": ["tags"],
        "project_parameters": ["min_p"],
    }
)
BOUNDARY = b"multipart/form-data; boundary=part"


def reaches_providers(path):
    """What LiteLLM says of a route that no key of this gateway opens."""
    return path.startswith("/v1/files")


class Server:
    """What the guard stands before: keeps what it gets, and answers 200."""

    def __init__(self):
        self.scope = self.body = self.kept_back = None

    async def __call__(self, scope, receive, send):
        self.scope, self.kept_back, self.body = scope, kept_back.get(), b""
        while scope["type"] == "http":
            message = await receive()
            if message["type"] != "http.request":
                break
            self.body += message["body"]
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    @property
    def headers(self):
        return dict(self.scope["headers"])


def send(path, body=b"", method="POST", headers=(), query=b"", chunks=None, root="", kind="http", closed=False, address=("10.0.0.7", 4000)):
    """Status, answer and what reached the server."""
    server, answers = Server(), []
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in chunks or [body]]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def answer(message):
        answers.append(message)

    scope = {"type": kind, "method": method, "path": path, "query_string": query, "headers": list(headers)}
    scope |= {"root_path": root, "server": address}
    asyncio.run(RequestGuard(server, RULES, "sk-master", reaches_providers, closed)(scope, receive, answer))
    status = answers[0].get("status") if answers else None
    return status, b"".join(message.get("body", b"") for message in answers), server


def chat(**members):
    return json.dumps({"model": "gpt-4o", "messages": [], **members}).encode()


def form(**fields):
    part = b'--part\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    file = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n\xff\x00\r\n'
    parts = [part % (name.encode(), value.encode()) for name, value in fields.items()]
    return b"".join([*parts, file, b"--part--\r\n"])


class Bodies(unittest.TestCase):
    def test_passes_a_public_request_on_byte_by_byte(self):
        body = b'{ "model":"gpt-4o",\n "messages":[{"role":"user","content":"\xc3\xa9"}] }'
        status, _, server = send("/v1/chat/completions", body)
        self.assertEqual((status, server.body), (200, body))

    def test_puts_chunks_together(self):
        body = chat()
        status, _, server = send("/v1/chat/completions", chunks=[body[:7], body[7:9], body[9:]])
        self.assertEqual((status, server.body), (200, body))
        self.assertEqual(server.headers[b"content-length"], str(len(body)).encode())

    def test_refuses_an_unknown_name_with_its_name(self):
        status, answer, server = send("/v1/chat/completions", chat(custom_llm_provider="gigachat"))
        self.assertEqual(status, 400)
        self.assertEqual(json.loads(answer)["error"]["param"], "custom_llm_provider")
        self.assertIsNone(server.scope)

    def test_refuses_what_is_no_object_of_json(self):
        for body in [b"", b"null", b"[]", b'"text"', b"{", b"{'a': 1}", b"\xff", b"[" * 100_000, b"NaN"]:
            status, _, server = send("/v1/chat/completions", body)
            self.assertEqual((body[:20], status, server.scope), (body[:20], 400, None))

    def test_replaces_what_is_left_of_half_an_emoji(self):
        status, _, server = send("/v1/chat/completions", b'{"model":"gpt-4o","messages":[{"content":"\\ud83d"}]}')
        self.assertEqual((status, json.loads(server.body)), (200, {"model": "gpt-4o", "messages": [{"content": "?"}]}))

    def test_tells_litellm_that_a_body_is_json_whatever_the_client_says(self):
        for kind in [b"text/plain", b"application/x-protobuf", b"application/x-www-form-urlencoded", BOUNDARY]:
            status, _, server = send("/v1/chat/completions", chat(), headers=[(b"content-type", kind)])
            self.assertEqual((status, server.headers[b"content-type"]), (200, b"application/json"))

    def test_takes_the_last_of_several_members_of_one_name_as_litellm_does(self):
        self.assertEqual(send("/v1/chat/completions", b'{"model":"a","num_retries":1,"num_retries":2}')[0], 400)

    def test_refuses_values_on_which_litellm_would_fail_as_if_the_provider_had(self):
        for messages in [1, "x", {}, ["x"], [[]], [None]]:
            self.assertEqual((messages, send("/v1/chat/completions", chat(messages=messages))[0]), (messages, 400))

    def test_gives_up_when_the_client_does(self):
        server = Server()

        async def receive():
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "query_string": b"", "headers": []}
        asyncio.run(RequestGuard(server, RULES, "sk-master", reaches_providers)(scope, receive, None))
        self.assertIsNone(server.scope)


class ProjectParameters(unittest.TestCase):
    def test_are_kept_back_until_the_project_is_known(self):
        status, _, server = send("/v1/chat/completions", chat(min_p=0.1))
        self.assertEqual((status, server.kept_back), (200, {"min_p": 0.1}))
        self.assertNotIn("min_p", json.loads(server.body))
        self.assertEqual(server.headers[b"content-length"], str(len(server.body)).encode())

    def test_of_one_request_are_not_those_of_the_next(self):
        send("/v1/chat/completions", chat(min_p=0.1))
        self.assertEqual(send("/v1/chat/completions", chat())[2].kept_back, {})


class Forms(unittest.TestCase):
    def test_are_passed_on_with_their_file(self):
        body = form(model="whisper")
        status, _, server = send("/v1/audio/transcriptions", body, headers=[(b"content-type", BOUNDARY)])
        self.assertEqual((status, server.body), (200, body))

    def test_are_refused_with_an_unknown_field(self):
        body = form(model="whisper", api_base="http://127.0.0.1")
        status, answer, server = send("/v1/audio/transcriptions", body, headers=[(b"content-type", BOUNDARY)])
        self.assertEqual((status, server.scope), (400, None))
        self.assertIn(b"`api_base`", answer)

    def test_are_refused_with_metadata_that_litellm_would_take_for_its_own(self):
        for metadata in ['{"tags": "a"}', '{"a": ["b"]}', "text"]:
            body = form(model="whisper", metadata=metadata)
            status, _, _ = send("/v1/audio/transcriptions", body, headers=[(b"content-type", BOUNDARY)])
            self.assertEqual((metadata, status), (metadata, 400))

    def test_are_no_way_to_send_a_chat(self):
        body = form(model="gpt-4o", api_base="http://127.0.0.1")
        self.assertEqual(send("/v1/chat/completions", body, headers=[(b"content-type", BOUNDARY)])[0], 400)

    def test_without_a_boundary_are_refused(self):
        headers = [(b"content-type", b"multipart/form-data")]
        self.assertEqual(send("/v1/audio/transcriptions", form(model="a"), headers=headers)[0], 400)


class Headers(unittest.TestCase):
    def test_that_nobody_defines_are_left_out(self):
        headers = [(b"x-mine", b"1"), (b"authorization", b"Bearer sk-a"), (b"x-forwarded-for", b"10.0.0.1")]
        server = send("/v1/chat/completions", chat(), headers=headers)[2]
        self.assertEqual(set(server.headers), {b"authorization", b"content-type", b"content-length"})

    def test_that_steer_are_refused(self):
        self.assertEqual(send("/v1/chat/completions", chat(), headers=[(b"x-litellm-timeout", b"1")])[0], 400)
        self.assertEqual(send("/v1/models", method="GET", headers=[(b"x-litellm-timeout", b"1")])[0], 400)


class Routes(unittest.TestCase):
    def test_with_a_model_in_their_path_are_found_whatever_its_name(self):
        for model in ["gpt-4o", "google/gemini", "a:b"]:
            self.assertEqual(send(f"/v1beta/models/{model}:generateContent", chat(num_retries=3))[0], 400)

    def test_that_lie_below_others_or_take_another_method_are_refused(self):
        for method, path in [
            ("POST", "/v1/chat/completions/x"),
            ("GET", "/v1/chat/completions"),
            ("DELETE", "/v1/models"),
            ("POST", "/v1/models/x:generateContent"),
            ("POST", "/v1beta/models/x:embedContent"),
            ("POST", "/v1beta/models/:generateContent"),
            ("POST", "/v1/chat/completions/"),
        ]:
            self.assertEqual((path, send(path, chat(), method=method)[0]), (path, 404))

    def test_that_reach_providers_and_that_nobody_offers_are_closed(self):
        for method, path in [("GET", "/v1/files"), ("DELETE", "/v1/files/x"), ("POST", "/v1/files")]:
            self.assertEqual((path, send(path, b"{}", method=method)[0]), (path, 404))
        headers = [(b"authorization", b"Bearer sk-master")]
        self.assertEqual(send("/v1/files", method="GET", headers=headers)[0], 200)

    def test_that_are_the_administrators_are_left_alone(self):
        for path in ["/key/generate", "/ui", "/v1/chat/completionsx", "/V1/CHAT/COMPLETIONS"]:
            self.assertEqual(send(path, b"{}", headers=[(b"x-litellm-timeout", b"1")])[0], 200)

    def test_are_found_below_a_root_path(self):
        self.assertEqual(send("/llm/v1/chat/completions", chat(num_retries=3), root="/llm")[0], 400)

    def test_that_are_near_are_the_administrators_with_the_master_key(self):
        headers = [(b"authorization", b"Bearer sk-master")]
        self.assertEqual(send("/v1/models/gpt-4o", method="GET", headers=headers)[0], 200)
        self.assertEqual(send("/v1/models", method="GET", headers=headers, query=b"team_id=a")[0], 200)
        self.assertEqual(send("/v1/models", method="GET", query=b"team_id=a")[0], 400)
        self.assertEqual(send("/v1/chat/completions", chat(num_retries=3), headers=headers)[0], 400)

    def test_are_all_that_clients_get_to_where_it_is_closed(self):
        master = [(b"authorization", b"Bearer sk-master")]
        for path in ["/ui", "/v2/login", "/key/generate", "/openapi.json", "/", "/v1/chat/completions/x"]:
            self.assertEqual((path, send(path, closed=True, headers=master)[0]), (path, 404))
            self.assertEqual((path, send(path, closed=True, headers=master, address=None)[0]), (path, 404))
            inside = send(path, closed=True, headers=master, address=("127.0.0.1", 4000))
            self.assertEqual((path, inside[0]), (path, 200))
        self.assertEqual(send("/v1/chat/completions", chat(), closed=True)[0], 200)
        self.assertEqual(send("/v1/models", closed=True, method="GET")[0], 200)

    def test_of_websockets_are_closed(self):
        self.assertIsNone(send("/v1/realtime", kind="websocket")[2].scope)

    def test_let_browsers_ask_first(self):
        self.assertEqual(send("/v1/chat/completions", method="OPTIONS")[0], 200)

    def test_without_a_body_reach_litellm_without_one(self):
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        status, _, server = send("/v1/models", b'{"team_id": "a"}', method="GET", headers=headers)
        self.assertEqual((status, server.body, server.headers), (200, b"", {}))

    def test_take_only_their_own_query(self):
        self.assertEqual(send("/v1/models", method="GET", query=b"limit=1000")[0], 200)
        self.assertEqual(send("/v1/chat/completions", chat(), query=b"beta=true")[0], 200)
        for query in [b"num_retries=3", b"beta=1&api%2Dbase=x", b"=", b"num_retries"]:
            self.assertEqual((query, send("/v1/chat/completions", chat(), query=query)[0]), (query, 400))


class Metadata(unittest.TestCase):
    def test_holds_texts_and_no_name_of_litellm(self):
        family = RULES.routes[0].family
        RULES.check_metadata(family, {"ticket": "4711"})
        for metadata in [[], "a", 1, {"a": 1}, {"a": {"tags": []}}, {"tags": "a"}, {"user_api_key_alias": "a"}]:
            with self.assertRaises(Refused):
                RULES.check_metadata(family, metadata)
        for name in ["_agentic_loop_depth", "litellm_session_id", "trace_name", "metadata.tags"]:
            with self.assertRaises(Refused):
                RULES.check_metadata(family, {name: "a"})


class Values(unittest.TestCase):
    def test_name_one_model(self):
        for model in [None, "", ["a", "b"], {"a": 1}, 1]:
            body = json.dumps({"messages": [], **({} if model is None else {"model": model})}).encode()
            self.assertEqual((model, send("/v1/chat/completions", body)[0]), (model, 400))

    def test_give_no_tool_a_model(self):
        good = [{"type": "function", "function": {"name": "model", "parameters": {"model": {}}}}, {"type": "web_search"}]
        check_tools(good)
        check_tools(None)
        for tool in [{"type": "advisor_20260301", "name": "a", "model": "b"}, {"type": "advisor_2"}, {"type": "x", "model": "b"}]:
            with self.assertRaises(Refused):
                check_tools([*good, tool])

    def test_wait_for_the_answer(self):
        for value in [True, "yes", 1]:
            with self.assertRaises(Refused):
                check_background({"background": value})
        check_background({"background": False})

    def test_name_no_data_that_lie_with_a_provider(self):
        def of(*parts, **body):
            return {"messages": [{"role": "user", "content": list(parts)}], **body}

        for named in [
            of({"type": "image_url", "image_url": {"url": "gs://bucket/a.png"}}),
            of({"type": "image_url", "image_url": " S3://bucket/a.png"}),
            of({"type": "file", "file": {"file_id": "file-1"}}),
            of({"type": "file", "file": {"file_data": "gs://bucket/a.pdf"}}),
            of({"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
            of({"type": "tool_result", "content": [{"type": "image", "source": {"type": "url", "url": "gs://b/a"}}]}),
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}]},
            {"input": [{"type": "function_call_output", "output": [{"type": "input_image", "image_url": "gs://b/a"}]}]},
            {"contents": [{"parts": [{"fileData": {"fileUri": "gs://bucket/a.pdf"}}]}]},
            {"contents": [{"parts": [{"file_data": {"file_uri": "https://generativelanguage.googleapis.com/v1/files/a"}}]}]},
            {"contents": [], "cachedContent": "projects/a/locations/b/cachedContents/c"},
            of(tools=[{"type": "file_search", "vector_store_ids": ["vs_1"]}]),
            of(tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["file-1"]}}]),
            of(tools=[{"retrieval": {"vertexAiSearch": {"datastore": "projects/a"}}}]),
        ]:
            self.assertIsNotNone(stored_data(named), named)
        self.assertTrue(embedded_data({"input": ["text", "s3://bucket/film.mp4"]}))

    def test_may_speak_of_buckets_and_hold_what_looks_like_them_to_tools(self):
        address = "gs://bucket/a"
        schema = {"type": "object", "properties": {"file_id": {"type": "string", "default": address}}}
        for spoken in [
            {"messages": [{"role": "user", "content": address}, {"role": "user", "content": [{"type": "text", "text": address}]}]},
            {"messages": [{"content": [{"type": "tool_use", "input": {"url": address, "file_id": "1"}}]}]},
            {"messages": [{"tool_calls": [{"function": {"name": "a", "arguments": '{"url": "gs://a"}'}}]}]},
            {"messages": [], "tools": [{"type": "function", "function": {"name": "file_search", "parameters": schema}}]},
            {"messages": [], "tools": [{"name": "retrieval", "input_schema": schema}]},
            {"input": address, "instructions": address},
            {"contents": [{"parts": [{"functionCall": {"args": {"uri": address}}}, {"functionResponse": {"response": {"uri": address}}}]}]},
            {"messages": [{"content": [{"type": "file", "file": {"file_id": "https://example.com/a.pdf"}}]}]},
            {"messages": [{"content": [{"type": "file", "file": {"file_data": "data:application/pdf;base64,QUJD"}}]}]},
        ]:
            self.assertIsNone(stored_data(spoken), spoken)
        self.assertFalse(embedded_data({"input": "What lies in s3://bucket?"}))


if __name__ == "__main__":
    unittest.main()
