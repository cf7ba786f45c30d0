"""A stand-in for the gateway: tells a key what it has spent, and answers chats, both as LiteLLM does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-key-of-the-project"


def chunk(**fields):
    choice = {"index": 0, "delta": fields.get("delta", {}), "finish_reason": fields.get("finish_reason")}
    return {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Stub:
    """`info` is what the key has spent; `answer(handler)` replaces its answer; `asked` and `chats` are what came in."""

    def __init__(self):
        self.info = {"spend": 0.1, "budget_reset_at": None, "metadata": {"project": "demo", "soft_budget": 0.5}}
        self.answer = None
        self.asked, self.chats = [], []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                stub.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                if stub.answer:
                    stub.answer(self)
                elif self.headers["authorization"] != f"Bearer {KEY}":
                    self.reply(401, {"error": {"message": "Authentication Error"}})
                else:
                    self.reply(200, {"key": "hash", "info": stub.info})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.chats.append((self.path, self.headers.get("authorization"), body))
                if not body.get("stream"):
                    return self.reply(200, stub.completion(body))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                for piece in ("It is ", body["model"]):
                    self.event(chunk(delta={"role": "assistant", "content": piece}))
                self.event(chunk(finish_reason="stop"))
                self.wfile.write(b"data: [DONE]\n\n")

            def event(self, data):
                self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())

            def reply(self, status, body, headers=()):
                text = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def completion(self, body):
        """Calls a tool first, where it is given one."""
        message = {"role": "assistant", "content": f"It is {body['model']}"}
        if body.get("tools") and not any(one["role"] == "tool" for one in body["messages"]):
            call = {"id": "call-1", "type": "function", "function": {"name": "look_up", "arguments": '{"city": "Ulm"}'}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        head = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": body["model"]}
        return {**head, "choices": [choice], "usage": usage}

    @property
    def models(self):
        return [body["model"] for _, _, body in self.chats]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
