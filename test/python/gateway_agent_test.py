"""Agents of the pinned Sagewai with the package for them, against a stand-in: `agents.engine.test.ts` runs this."""

import ast
import asyncio
import importlib
import inspect
import logging
import os
import re
import sys
import unittest
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "components/sagewai"), str(ROOT / "python/llm_gateway_agents")]

import litellm  # noqa: E402
from sagewai import ProjectContext, UniversalAgent, tool  # noqa: E402
from sagewai.core import strategies  # noqa: E402
from sagewai.core.compactor import LLMCompactor  # noqa: E402
from sagewai.core.context import resolve_project_id  # noqa: E402
from sagewai.errors import SagewaiBudgetExceededError, SagewaiLLMError  # noqa: E402
from sagewai.models.agent import AgentConfig  # noqa: E402
from sagewai.models.message import ChatMessage  # noqa: E402

from llm_gateway_agents import GatewayBudget, gateway_agent  # noqa: E402
from llm_gateway_agents.gateway_agent import _shared_budget  # noqa: E402
from soft_budget import within_soft_budget  # noqa: E402
from stub import KEY, Stub  # noqa: E402

SPENT = {"soft_action": "stop"}
THROTTLED = {"soft_action": "throttle", "soft_fallback": ["gemini-flash"]}


@tool
async def look_up(city: str) -> str:
    """Tells about a city."""
    return f"{city} is a city of {resolve_project_id()}."


def setUpModule():
    # Else Python writes warnings of the tests to stderr.
    for name in ("gateway_budget", "sagewai"):
        logging.getLogger(name).addHandler(logging.NullHandler())


class AgentTest(unittest.TestCase):
    def setUp(self):
        self.stub = Stub()
        self.addCleanup(self.stub.stop)

    def agent(self, model="gpt-4o", **options):
        return gateway_agent("agent", **{"model": model, "api_base": self.stub.url, "api_key": KEY, **options})

    def held(self, agent):
        """The agent, asking before each call: answers hold for no time."""
        return GatewayBudget(self.stub.url, KEY, refresh=0).hold(agent)

    def spent(self, spend, metadata):
        self.stub.info["spend"] = spend
        self.stub.info["metadata"].update(metadata)


async def streamed(agent):
    return "".join([piece async for piece in agent.chat_stream("Hello")])


async def with_history(agent):
    return (await agent.chat_with_history([ChatMessage.user("Hello")])).content


WAYS = {"chat": lambda agent: agent.chat("Hello"), "stream": streamed, "history": with_history}


class Calls(AgentTest):
    def test_go_to_the_gateway_with_the_projects_key_whatever_the_models_name(self):
        for model in ("gpt-4o", "claude-sonnet", "gemini-flash", "litellm_proxy/gpt-4o", "openai/gpt-oss"):
            for ask in WAYS.values():
                answer = asyncio.run(ask(self.agent(model)))
                self.assertEqual(answer, f"It is {model.removeprefix('litellm_proxy/')}")
        self.assertEqual({(path, key) for path, key, _ in self.stub.chats}, {("/chat/completions", f"Bearer {KEY}")})

    def test_take_their_gateway_and_key_from_the_environment(self):
        variables = {"LITELLM_PROXY_API_BASE": self.stub.url, "LITELLM_PROXY_API_KEY": KEY}
        with patch.dict(os.environ, variables):
            self.assertEqual(asyncio.run(gateway_agent("agent", model="gpt-4o").chat("Hello")), "It is gpt-4o")

    def test_say_what_they_lack(self):
        with patch.dict(os.environ, clear=True):
            with self.assertRaisesRegex(ValueError, "lacks `api_base`: give it, or set the variable LITELLM_PROXY_API_BASE"):
                gateway_agent("agent", model="gpt-4o")
            with self.assertRaisesRegex(ValueError, "lacks `api_key`"):
                gateway_agent("agent", model="gpt-4o", api_base="http://gateway:4000")

    def test_refuse_what_sagewai_would_ignore_on_its_way_past_the_gateway(self):
        refused = {
            "config": AgentConfig(name="agent"),
            "inference": {},
            "project_id": "demo",
            "custom_llm_provider": "openai",
            "auto_learn": True,
            "gateway_url": "http://gateway:4000",
        }
        for name, value in refused.items():
            with self.assertRaisesRegex(TypeError, f"can't take `{name}`: "):
                self.agent(**{name: value})
        for strategy in ("llm", "pipeline"):
            with self.assertRaisesRegex(ValueError, "write 'extractive' or 'rule'"):
                self.agent(compaction_strategy=strategy)
        self.agent(compaction_strategy="rule", system_prompt="Be brief.", tools=[look_up], max_tokens=5)

    def test_of_the_guides_own_code_ignore_their_configuration(self):
        agent = UniversalAgent(name="agent", config=AgentConfig(name="agent", model="claude-sonnet"))
        self.assertEqual((agent.config.model, agent.config.inference.api_base), ("gpt-4o", None))

    def test_of_many_agents_with_one_key_share_one_manager(self):
        self.assertIs(self.agent()._budget_manager, self.agent("claude-sonnet")._budget_manager)
        self.assertIsNot(self.agent()._budget_manager, self.agent(unknown="allow")._budget_manager)
        with patch.dict(os.environ, {"LLM_GATEWAY_SOFT_UNKNOWN": "allow"}):
            self.assertIs(self.agent()._budget_manager, _shared_budget(self.stub.url, KEY, "allow"))


class SoftBudget(AgentTest):
    def test_stops_each_way_of_calling_before_anything_is_asked(self):
        self.spent(0.52, SPENT)
        for name, ask in WAYS.items():
            with self.assertRaisesRegex(SagewaiBudgetExceededError, r"Project demo has spent \$0\.52 of its soft", msg=name):
                asyncio.run(ask(self.agent()))
        self.assertEqual(self.stub.chats, [])

    def test_throttles_each_way_of_calling_to_the_fallback(self):
        self.spent(0.52, THROTTLED)
        for ask in WAYS.values():
            self.assertEqual(asyncio.run(ask(self.agent())), "It is gemini-flash")

    def test_throttles_agents_that_people_wire_themselves(self):
        self.spent(0.52, THROTTLED)
        bare = UniversalAgent(name="agent", model="gpt-4o", api_base=self.stub.url, api_key=KEY)
        openai = UniversalAgent(name="agent", model="openai/claude", api_base=f"{self.stub.url}/v1", api_key=KEY)
        proxy = UniversalAgent(name="agent", model="litellm_proxy/gpt-4o", api_base=self.stub.url, api_key=KEY)
        for agent in (bare, openai, proxy):
            for ask in WAYS.values():
                self.assertEqual(asyncio.run(ask(self.held(agent))), "It is gemini-flash")

    def test_leaves_an_agent_its_model_where_there_is_no_other(self):
        self.spent(0.52, THROTTLED)
        self.assertEqual(asyncio.run(self.agent("gemini-flash").chat("Hello")), "It is gemini-flash")

    def test_warns_and_goes_on(self):
        self.spent(0.52, {"soft_action": "warn"})
        for ask in WAYS.values():
            agent, events = self.agent(), []
            agent.on_event(lambda event, data: events.append((event.value, data.get("reason"))))
            self.assertEqual(asyncio.run(ask(agent)), "It is gpt-4o")
            self.assertIn(("budget_warning", "Project demo has spent $0.52 of its soft budget of $0.50"), events)

    def test_is_asked_for_before_each_step_of_a_task_with_tools(self):
        agent = self.held(self.agent(tools=[look_up]))
        self.assertEqual(asyncio.run(agent.chat("Hello")), "It is gpt-4o")
        self.assertEqual((len(self.stub.asked), len(self.stub.chats)), (2, 2))

    def test_stops_between_two_steps(self):
        @tool
        async def spend(city: str) -> str:
            """Spends all that is left."""
            self.spent(0.52, SPENT)
            return city

        spend.name = "look_up"
        with self.assertRaises(SagewaiBudgetExceededError):
            asyncio.run(self.held(self.agent(tools=[spend])).chat("Hello"))
        self.assertEqual(len(self.stub.chats), 1)

    def test_is_not_stepped_over_by_a_message_that_names_a_model(self):
        agent = self.agent(directives=True)
        self.assertEqual(asyncio.run(agent.chat("#model:claude-sonnet Hello")), "It is claude-sonnet")
        self.spent(0.52, THROTTLED)
        self.assertEqual(asyncio.run(self.held(agent).chat("#model:claude-sonnet Hello")), "It is gemini-flash")

    def test_is_stepped_over_by_none_of_sagewais_strategies(self):
        self.spent(0.52, SPENT)
        quiet = set()
        for strategy in _strategies():
            try:
                asyncio.run(self.agent(strategy=strategy()).chat("Hello"))
                quiet.add(strategy.__name__)
            except SagewaiBudgetExceededError:
                pass
        self.assertEqual(self.stub.chats, [])
        # These ask no model either, but take the error for one of several answers that failed.
        self.assertEqual(quiet, {"DebateStrategy", "MajorityVoteStrategy", "TreeOfThoughtsStrategy"})

    def test_does_not_let_calls_through_while_the_gateway_does_not_say_what_was_spent(self):
        self.stub.answer = lambda handler: handler.reply(500, {})
        with self.assertRaisesRegex(SagewaiBudgetExceededError, "can't be asked"):
            asyncio.run(self.agent().chat("Hello"))
        self.assertEqual(asyncio.run(self.agent(unknown="allow").chat("Hello")), "It is gpt-4o")


def _strategies():
    """Sagewai's strategies that can be made without arguments."""
    modules = ("strategies", "debate", "routing", "planning", "lats", "tree_of_thoughts", "self_correction", "reflexion", "chain_of_thought")
    found = {}
    for name in (*modules, "majority_vote", "evaluator_optimizer"):
        for one in vars(importlib.import_module(f"sagewai.core.{name}")).values():
            if inspect.isclass(one) and one.__name__.endswith("Strategy") and one is not strategies.ExecutionStrategy:
                required = [p for p in list(inspect.signature(one).parameters.values()) if p.default is p.empty]
                if not [p for p in required if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]:
                    found[one.__name__] = one
    return list(found.values())


class Projects(AgentTest):
    def test_are_those_of_the_agents_calls_and_of_nobody_elses(self):
        agent = self.agent(project="demo", tools=[look_up])
        seen = []
        agent.on_event(lambda event, data: seen.append(resolve_project_id()))

        async def calls():
            await agent.chat("Hello")
            await agent.chat_with_history([ChatMessage.user("Hello")])
            async for _ in agent.chat_stream("Hello"):
                self.assertEqual(resolve_project_id(), "default")
            stream = agent.chat_stream("Hello")
            await anext(stream)
            await stream.aclose()
            return resolve_project_id()

        self.assertEqual(asyncio.run(calls()), "default")
        self.assertEqual(set(seen), {"demo"})
        self.assertIn("Ulm is a city of demo.", str(self.stub.chats[1][2]["messages"]))

    def test_of_agents_at_once_do_not_mix(self):
        agents = [self.agent(project=f"project-{number}") for number in range(5)]
        seen = {agent.project: set() for agent in agents}
        for agent in agents:
            agent.on_event(lambda event, data, own=seen[agent.project]: own.add(resolve_project_id()))

        async def calls():
            await asyncio.gather(*(ask(agent) for agent in agents for ask in WAYS.values()))

        asyncio.run(calls())
        self.assertEqual(seen, {project: {project} for project in seen})

    def test_around_a_call_stay_where_the_agent_has_none(self):
        seen = []
        agent = self.agent()
        agent.on_event(lambda event, data: seen.append(resolve_project_id()))

        async def call():
            with ProjectContext(project_id="outer"):
                await agent.chat("Hello")

        asyncio.run(call())
        self.assertEqual(set(seen), {"outer"})


class Tasks(AgentTest):
    """What a worker runs: components/sagewai/soft_budget.py."""

    def task(self, run, **variables):
        def main():
            self.answer = asyncio.run(run())
            return 0

        gateway = {"LITELLM_PROXY_API_BASE": self.stub.url, "LITELLM_PROXY_API_KEY": KEY}
        # A worker runs each task in a process of its own.
        environment, agents = patch.dict(os.environ, {**gateway, **variables}), UniversalAgent.__init__
        with environment, patch.object(UniversalAgent, "__init__", agents), patch.object(litellm, "callbacks", []):
            return within_soft_budget(main)

    async def agents(self):
        return await UniversalAgent(name="mine", model="litellm_proxy/gpt-4o").chat("Hello")

    async def others(self):
        compactor = LLMCompactor(model="litellm_proxy/gpt-4o", max_tokens=10, preserve_recent=1)
        return await compactor.summarize_async([ChatMessage.user("Hello " * 50)])

    def test_run_below_the_soft_budget(self):
        for run in (self.agents, self.others):
            self.assertEqual(self.task(run), 0)
            self.assertEqual(self.answer, "It is gpt-4o")

    def test_stop_with_nothing_but_the_reason_whatever_of_sagewai_asks_a_model(self):
        self.spent(0.52, SPENT)
        for run in (self.agents, self.others):
            self.assertEqual(self.task(run), "Project demo has spent $0.52 of its soft budget of $0.50")
        self.assertEqual(self.stub.chats, [])

    def test_warn_in_their_log(self):
        self.spent(0.52, {"soft_action": "warn"})
        with self.assertLogs("gateway_budget", "WARNING") as logs:
            self.assertEqual((self.task(self.agents), self.answer), (0, "It is gpt-4o"))
        self.assertEqual(len(logs.output), 1)

    def test_go_on_with_the_fallback(self):
        self.spent(0.52, THROTTLED)
        self.assertEqual((self.task(self.agents), self.answer), (0, "It is gemini-flash"))

    def test_do_as_the_pool_says_while_the_gateway_can_not_be_asked(self):
        self.stub.answer = lambda handler: handler.reply(500, {})
        self.assertIn("can't be asked", self.task(self.agents))
        self.assertEqual(self.task(self.agents, LLM_GATEWAY_SOFT_UNKNOWN="allow"), 0)


class Document(AgentTest):
    """The code of docs/budgets.md."""

    def test_works_as_it_stands(self):
        blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/budgets.md").read_text(encoding="utf-8"), re.DOTALL)
        self.assertEqual(len(blocks), 2)
        variables = {"LITELLM_PROXY_API_BASE": self.stub.url, "LITELLM_PROXY_API_KEY": KEY}
        for block in blocks:
            names = {"url": self.stub.url, "key": KEY}
            code = compile(block, "docs/budgets.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            with patch.dict(os.environ, variables), redirect_stdout(StringIO()) as said:
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, names))
                else:
                    exec(code, names)
                asyncio.run(names["agent"].chat("Hello"))
            self.assertIn(said.getvalue(), ("", "It is claude-sonnet\nIt is claude-sonnet"))
        self.assertEqual(set(self.stub.models), {"claude-sonnet"})
        self.assertEqual(len(self.stub.asked), 2)


class Hard(AgentTest):
    def test_budgets_reach_agents_as_an_error_of_the_gateway(self):
        self.stub.completion = lambda body: {"error": {"message": "Budget has been exceeded!"}}
        with self.assertRaises(SagewaiLLMError):
            asyncio.run(self.agent().chat("Hello"))


if __name__ == "__main__":
    unittest.main()
