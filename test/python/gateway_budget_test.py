"""Unit tests of the soft budget's manager against a stand-in: `agents.engine.test.ts` runs them with the pinned Sagewai."""

import asyncio
import logging
import os
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2] / "python/llm_gateway_agents"))

from gateway_budget import GatewayBudget  # noqa: E402
from stub import KEY, Stub  # noqa: E402


def setUpModule():
    # Else Python writes warnings of the tests to stderr.
    logging.getLogger("gateway_budget").addHandler(logging.NullHandler())


class GatewayBudgetTest(unittest.TestCase):
    def setUp(self):
        self.stub = Stub()
        self.addCleanup(self.stub.stop)

    def budget(self, **options):
        return GatewayBudget(options.pop("url", self.stub.url), options.pop("key", KEY), **{"refresh": 0, **options})

    def verdict(self, budget=None):
        return asyncio.run((budget or self.budget()).check_budget("agent"))

    def spent(self, spend, **metadata):
        self.stub.info["spend"] = spend
        self.stub.info["metadata"].update(metadata)


class Amounts(GatewayBudgetTest):
    def test_allows_calls_below_the_soft_budget(self):
        self.assertEqual(self.verdict(), {"allowed": True, "action": "allow", "reason": ""})

    def test_asks_with_the_agents_own_key_and_nothing_else(self):
        self.verdict()
        [(path, headers)] = self.stub.asked
        self.assertEqual((path, headers["authorization"]), ("/key/info", f"Bearer {KEY}"))

    def test_takes_a_budget_that_is_reached_exactly_as_spent(self):
        self.spent(0.5, soft_action="stop")
        self.assertEqual(self.verdict()["action"], "stop")

    def test_does_what_the_key_says_once_it_is_spent(self):
        for action in ("warn", "throttle", "stop"):
            self.spent(0.524, soft_action=action)
            self.assertEqual(self.verdict()["action"], action)
            self.assertFalse(self.verdict()["allowed"])

    def test_stops_at_an_action_that_it_does_not_know_or_that_is_not_given(self):
        self.spent(0.6)
        self.assertEqual(self.verdict()["action"], "stop")
        self.spent(0.6, soft_action="slow-down")
        self.assertEqual(self.verdict()["action"], "stop")

    def test_says_who_has_spent_how_much_and_when_it_starts_again(self):
        self.spent(0.524, soft_action="stop")
        self.assertEqual(self.verdict()["reason"], "Project demo has spent $0.52 of its soft budget of $0.50")
        self.stub.info["budget_reset_at"] = "2026-12-01T00:00:00+00:00"
        self.spent(0.000012, soft_budget=0.00001, pool="gpu")
        self.assertEqual(
            self.verdict()["reason"],
            "Pool gpu has spent $0.000012 of its soft budget of $0.00001, which starts again at 2026-12-01T00:00:00+00:00",
        )

    def test_allows_a_key_without_a_soft_budget(self):
        self.stub.info = {"spend": 1000.0, "metadata": {}}
        self.assertTrue(self.verdict()["allowed"])
        self.stub.info = {"spend": 1000.0, "metadata": None}
        self.assertTrue(self.verdict()["allowed"])

    def test_allows_calls_again_once_the_window_starts_again(self):
        budget = self.budget()
        self.spent(0.6, soft_action="stop")
        self.assertFalse(self.verdict(budget)["allowed"])
        self.spent(0.0)
        self.assertTrue(self.verdict(budget)["allowed"])

    def test_warns_once_in_a_window_and_not_for_each_call(self):
        budget = self.budget()
        self.spent(0.6, soft_action="warn")
        with self.assertLogs("gateway_budget", "WARNING") as logs:
            for _ in range(3):
                self.verdict(budget)
            self.stub.info["budget_reset_at"] = "2026-12-01T00:00:00+00:00"
            self.verdict(budget)
        self.assertEqual(len(logs.output), 2)
        self.assertIn("Project demo has spent $0.60 of its soft budget of $0.50 (softAction: warn)", logs.output[0])

    def test_records_nothing_itself(self):
        self.assertIsNone(self.budget().record_spend(agent_name="agent", cost_usd=5.0))


class Fallbacks(GatewayBudgetTest):
    def fallback(self, own, *fallbacks):
        self.spent(0.6, soft_action="throttle", soft_fallback=list(fallbacks))
        budget = self.budget()
        self.verdict(budget)
        return budget.get_fallback_model("agent", own)

    def test_is_the_first_model_other_than_the_agents_own(self):
        self.assertEqual(self.fallback("gpt-4o", "gemini-flash", "gpt-4o-mini"), "litellm_proxy/gemini-flash")
        self.assertEqual(self.fallback("gemini-flash", "gemini-flash", "gpt-4o-mini"), "litellm_proxy/gpt-4o-mini")

    def test_is_nothing_where_there_is_no_other(self):
        for own in ("gemini-flash", "litellm_proxy/gemini-flash", "openai/gemini-flash"):
            self.assertIsNone(self.fallback(own, "gemini-flash"))
        self.assertIsNone(self.fallback("gpt-4o"))
        self.assertIsNone(self.budget().get_fallback_model("agent", "gpt-4o"))

    def test_keeps_slashes_in_the_gateways_own_names(self):
        self.assertEqual(self.fallback("litellm_proxy/openai/gpt-4o", "openai/o4"), "litellm_proxy/openai/o4")


class Unanswered(GatewayBudgetTest):
    def silent(self, **options):
        """A manager whose gateway is away: nobody listens at its port."""
        stub = Stub()
        stub.stop()
        return self.budget(url=stub.url, **options)

    def answering(self, answer):
        self.stub.answer = answer

    def test_stops_by_default_and_says_which_gateway_is_away(self):
        budget = self.silent()
        verdict = self.verdict(budget)
        self.assertEqual(verdict["action"], "stop")
        self.assertRegex(verdict["reason"], r"can't be asked what was spent.*http://127\.0\.0\.1:\d+/key/info: ConnectError")

    def test_allows_if_told_to(self):
        self.assertTrue(self.verdict(self.silent(unknown="allow"))["allowed"])

    def test_does_as_the_key_said_last_whatever_it_was_told_first(self):
        for first, said, allowed in (("stop", "allow", True), ("allow", "stop", False)):
            self.stub.answer = None
            self.spent(0.1, soft_unknown=said)
            budget = self.budget(unknown=first)
            self.assertTrue(self.verdict(budget)["allowed"])
            self.answering(lambda handler: handler.reply(503, {}))
            self.assertEqual(self.verdict(budget)["allowed"], allowed)

    def test_goes_on_with_what_was_spent_last_where_calls_are_allowed(self):
        self.spent(0.6, soft_action="stop", soft_unknown="allow")
        budget = self.budget()
        self.verdict(budget)
        self.answering(lambda handler: handler.reply(500, {}))
        self.assertEqual(self.verdict(budget)["action"], "stop")
        self.assertIn("has spent $0.60", self.verdict(budget)["reason"])

    def test_asks_a_second_time_before_it_takes_the_gateway_for_away(self):
        answers = iter([503])

        def answer(handler):
            status = next(answers, 200)
            handler.reply(status, {"info": self.stub.info})

        self.answering(answer)
        self.assertTrue(self.verdict()["allowed"])

    def test_takes_what_is_no_answer_for_none(self):
        spent = {"spend": 0.1, "metadata": {"soft_budget": 0.5}}
        broken = [
            b"<html>Sign in</html>",
            b"",
            {},
            {"info": None},
            {"info": []},
            {"info": {"metadata": {}}},
            {"info": {**spent, "spend": None}},
            {"info": {**spent, "metadata": "text"}},
            {"info": {**spent, "metadata": {"soft_budget": "forty"}}},
        ]
        for body in broken:
            self.answering(lambda handler, body=body: handler.reply(200, body))
            self.assertEqual(self.verdict()["action"], "stop", body)
            self.assertIn("can't be asked", self.verdict()["reason"])

    def test_stops_at_401_and_403_even_where_calls_are_allowed_and_says_what_to_do(self):
        for status, words in ((401, "get the one that is valid now"), (403, "let it call /key/info")):
            self.stub.answer = None
            self.spent(0.1, soft_unknown="allow")
            budget = self.budget(unknown="allow")
            self.assertTrue(self.verdict(budget)["allowed"])
            self.answering(lambda handler, status=status: handler.reply(status, {}))
            before = len(self.stub.asked)
            verdict = self.verdict(budget)
            self.assertEqual(verdict["action"], "stop")
            self.assertIn(words, verdict["reason"])
            self.assertEqual(len(self.stub.asked), before + 1)

    def test_works_again_once_the_gateway_does(self):
        budget = self.budget()
        self.answering(lambda handler: handler.reply(401, {}))
        self.assertFalse(self.verdict(budget)["allowed"])
        self.stub.answer = None
        self.assertTrue(self.verdict(budget)["allowed"])

    def test_does_not_wait_longer_than_it_is_told(self):
        self.answering(lambda handler: time.sleep(3))
        start = time.monotonic()
        self.assertIn("ReadTimeout", self.verdict(self.budget(timeout=0.2))["reason"])
        self.assertLess(time.monotonic() - start, 2.5)

    def test_stops_when_it_fails_itself(self):
        budget = self.budget(unknown="allow")
        with patch.object(budget, "_verdict", side_effect=RuntimeError(KEY)):
            verdict = self.verdict(budget)
        self.assertEqual(verdict["action"], "stop")
        self.assertNotIn(KEY, verdict["reason"])


class Sharing(GatewayBudgetTest):
    def test_asks_once_for_all_who_ask_within_some_seconds(self):
        budget = self.budget(refresh=60)

        async def many():
            return await asyncio.gather(*(budget.check_budget(f"agent-{number}") for number in range(50)))

        self.assertTrue(all(verdict["allowed"] for verdict in asyncio.run(many())))
        self.assertEqual(len(self.stub.asked), 1)

    def test_asks_again_after_that(self):
        budget = self.budget(refresh=0.1)
        self.verdict(budget)
        time.sleep(0.2)
        self.verdict(budget)
        self.assertEqual(len(self.stub.asked), 2)

    def test_lets_nobody_wait_twice_for_a_gateway_that_is_away(self):
        self.stub.answer = lambda handler: time.sleep(1)
        budget = self.budget(refresh=60, timeout=0.2)

        async def many():
            return await asyncio.gather(*(budget.check_budget() for _ in range(20)))

        start = time.monotonic()
        self.assertEqual({verdict["action"] for verdict in asyncio.run(many())}, {"stop"})
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(len(self.stub.asked), 2)

    def test_serves_several_event_loops_in_several_threads(self):
        budget = self.budget()
        verdicts = []

        def loop():
            for _ in range(5):
                verdicts.append(self.verdict(budget))

        threads = [threading.Thread(target=loop) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([verdict["allowed"] for verdict in verdicts], [True] * 40)

    def test_stops_no_event_loop_while_it_waits(self):
        self.stub.answer = lambda handler: time.sleep(1)
        budget = self.budget(timeout=0.5)

        async def beside():
            waiting = asyncio.create_task(budget.check_budget())
            start = time.monotonic()
            await asyncio.sleep(0.1)
            passed = time.monotonic() - start
            await waiting
            return passed

        self.assertLess(asyncio.run(beside()), 0.45)


class Secrecy(GatewayBudgetTest):
    def setUp(self):
        super().setUp()
        self.other = Stub()
        self.addCleanup(self.other.stop)

    def test_follows_no_redirect_with_the_key(self):
        target = f"{self.other.url}/key/info"
        self.stub.answer = lambda handler: handler.reply(307, {}, [("location", target)])
        self.assertIn("answered 307", self.verdict()["reason"])
        self.assertEqual(self.other.asked, [])

    def test_shows_the_key_to_no_proxy_of_the_environment(self):
        proxies = {name: self.other.url for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")}
        with patch.dict(os.environ, {**proxies, "NO_PROXY": "", "no_proxy": ""}):
            self.assertTrue(self.verdict()["allowed"])
        self.assertEqual(self.other.asked, [])

    def test_reaches_https_through_a_proxy_by_a_tunnel_that_shows_nothing(self):
        proxies = {name: self.other.url for name in ("HTTPS_PROXY", "https_proxy")}
        with patch.dict(os.environ, {**proxies, "NO_PROXY": "", "no_proxy": ""}):
            budget = self.budget(url="https://gateway.example")
        self.assertIn("ProxyError", self.verdict(budget)["reason"])
        self.assertEqual(self.other.asked, [])

    def test_takes_no_credentials_from_a_file_of_the_users(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "netrc").write_text("machine 127.0.0.1 login me password mine\n")
            with patch.dict(os.environ, {"NETRC": str(Path(folder, "netrc"))}):
                self.verdict()
        self.assertEqual(self.stub.asked[0][1]["authorization"], f"Bearer {KEY}")

    def test_refuses_what_no_header_can_hold_without_showing_it(self):
        for key in ("", "sk-with space", f"{KEY}\n", "sk-schlüssel"):
            with self.assertRaisesRegex(ValueError, "is empty, or holds spaces or line breaks") as caught:
                self.budget(key=key)
            self.assertNotIn(key.strip() or "nothing", str(caught.exception))

    def test_refuses_what_is_no_url_of_a_gateway(self):
        for url in ("", "gateway:4000", "ftp://gateway", "http://", "http://user:password@gateway", "http://gateway?a=b"):
            with self.assertRaisesRegex(ValueError, "is not the base URL of a gateway"):
                self.budget(url=url)
        with self.assertRaisesRegex(ValueError, "write 'stop' or 'allow'"):
            self.budget(unknown="maybe")

    def test_takes_the_url_as_openais_sdk_has_it(self):
        for end in ("", "/", "/v1", "/v1/"):
            self.assertTrue(self.verdict(self.budget(url=self.stub.url + end))["allowed"])
        self.assertEqual({path for path, _ in self.stub.asked}, {"/key/info"})


if __name__ == "__main__":
    unittest.main()
