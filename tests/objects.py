"""An object store on this machine that can be made to fail; import its fixtures where needed."""

from __future__ import annotations

import random
import threading

import pytest
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


class Faulty:
    """An application that answers some requests as one that is overloaded or breaks off.

    refusals: how many of the next requests are answered 503; half: whether half of all are, as it
    is drawn; second: whether every second one is, so that nobody waits for long.
    torn: keys whose body ends half-way. seen: is called with each request before it is answered.
    """

    def __init__(self, application):
        self.application = application
        self.draw, self.requests = random.Random(0), 0
        self.answer_all()

    def answer_all(self):
        """Be as any store again."""
        self.refusals, self.torn, self.half, self.second = 0, (), False, False
        self.seen = lambda _: None

    def __call__(self, environ, start_response):
        self.requests += 1
        self.seen(environ)
        drawn = self.half and self.draw.random() < 0.5
        if self.refusals or drawn or (self.second and self.requests % 2):
            self.refusals = max(self.refusals - 1, 0)
            start_response("503 Slow Down", [("Content-Length", "0")])
            return [b""]
        answer = self.application(environ, start_response)
        if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(self.torn or "\0"):
            body = b"".join(answer)
            return [body[: len(body) // 2]]  # fewer bytes than were promised
        return answer


@pytest.fixture(scope="module")
def server():
    """The application, and the address at which it answers; at first it has nothing."""
    BackendDict.reset()  # which a process has but once, whoever had a server before
    application = Faulty(DomainDispatcherApplication(create_backend_app))
    served = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield application, f"http://127.0.0.1:{served.port}"
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    """Of nobody; and nothing of this machine's own."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
