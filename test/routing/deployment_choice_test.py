"""Unit tests of the choice among deployments, with the modules of the pinned LiteLLM: `deployment-choice.engine.test.ts`
runs them."""

import asyncio
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

import httpx
import litellm

sys.path.insert(0, str(Path(__file__).parents[2] / "components/litellm"))

from deployment_choice import DeploymentChoice, fault_of_deployment  # noqa: E402

A, B, C = ({"model_info": {"id": name}} for name in "ABC")


class Router(SimpleNamespace):
    def get_deployment(self, model_id):
        return None


def answered(status: int, text: str = "") -> Exception:
    """What LiteLLM makes of a provider's answer."""
    request = httpx.Request("POST", "http://provider")
    try:
        try:
            httpx.Response(status, request=request).raise_for_status()
        except httpx.HTTPStatusError:
            raise litellm.RateLimitError(message=text, model="m", llm_provider="openai")
    except litellm.RateLimitError as error:
        return error


class Choice(unittest.TestCase):
    def setUp(self):
        self.time = 1000.0
        router = Router(allowed_fails=2, cooldown_time=60)
        self.choice = DeploymentChoice(router=lambda: router, now=lambda: self.time)

    def left(self, *deployments, tried=(), metadata="metadata"):
        request = {metadata: {"previous_models": tuple({"deployment_id": name} for name in tried)}}
        chosen = asyncio.run(self.choice.async_filter_deployments("m", list(deployments), None, request))
        return "".join(deployment["model_info"]["id"] for deployment in chosen)

    def fail(self, name, error):
        kwargs = {"litellm_params": {"model_info": {"id": name}}, "exception": error}
        asyncio.run(self.choice.async_log_failure_event(kwargs, None, None, None))

    def test_leaves_the_least_tried(self):
        self.assertEqual(self.left(A, B, C), "ABC")
        self.assertEqual(self.left(A, B, C, tried="A"), "BC")
        self.assertEqual(self.left(A, B, C, tried="AB", metadata="litellm_metadata"), "C")
        self.assertEqual(self.left(A, B, C, tried="ABC"), "ABC")
        self.assertEqual(self.left(A, B, C, tried="ABCB"), "AC")
        self.assertEqual(self.left(A, tried="AAA"), "A")
        self.assertEqual(self.left(), "")

    def test_has_it_rest_after_failures_within_the_time_and_for_as_long(self):
        for _ in range(3):
            self.assertEqual(self.left(A, B), "AB")
            self.fail("A", answered(500))
        self.assertEqual(self.left(A, B), "B")
        self.time += 59
        self.assertEqual(self.left(A, B), "B")
        self.time += 1
        self.assertEqual(self.left(A, B), "AB")

    def test_forgets_failures_of_long_ago(self):
        for _ in range(5):
            self.fail("A", answered(500))
            self.time += 31
            self.assertEqual(self.left(A, B), "AB")

    def test_prefers_one_that_rests_to_one_that_has_just_failed(self):
        self.fail("A", answered(401))
        self.assertEqual(self.left(A, B), "B")
        self.assertEqual(self.left(A, B, tried="B"), "A")
        self.assertEqual(self.left(A, B, tried="BA"), "B")

    def test_never_leaves_none(self):
        self.fail("A", answered(401))
        self.fail("B", answered(401))
        self.assertEqual(self.left(A, B), "AB")
        self.assertEqual(self.left(A), "A")

    def test_goes_by_the_providers_status(self):
        for status in (401, 408, 429, 500, 502, 503, 529):
            self.assertEqual(fault_of_deployment(answered(status)), status)
        for status in (400, 402, 403, 404, 409, 413, 422):
            self.assertIsNone(fault_of_deployment(answered(status, "rate limit")))

    def test_takes_no_earlier_attempts_failure_for_the_last_ones(self):
        last = answered(400)
        last.__context__.__context__ = answered(500)
        self.assertIsNone(fault_of_deployment(last))

    def test_counts_what_fails_on_its_way_and_nothing_of_litellms_own(self):
        self.assertEqual(fault_of_deployment(httpx.ReadTimeout("")), 408)
        self.assertEqual(fault_of_deployment(httpx.ConnectError("")), 503)
        self.assertEqual(fault_of_deployment(ConnectionResetError()), 503)
        own = litellm.APIConnectionError(message="'str' has no attribute 'get'", llm_provider="openai", model="m")
        self.assertIsNone(fault_of_deployment(own))
        for error in (None, AttributeError("get"), asyncio.CancelledError(), OSError("the client went away")):
            self.assertIsNone(fault_of_deployment(error))


if __name__ == "__main__":
    unittest.main()
