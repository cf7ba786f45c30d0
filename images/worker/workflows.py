"""The workflows of this worker: replace this file by your own. `worker.py` runs all that WORKFLOWS lists."""

from sagewai import DurableWorkflow, UniversalAgent

summarize = DurableWorkflow("summarize")


@summarize.step("summarize")
async def write_summary(text: str, model: str = "gpt-4o") -> str:
    # By the gateway's name of the model, without a key and an address: the worker has both.
    agent = UniversalAgent(name="summarizer", model=model)
    return await agent.chat(f"Summarize in one sentence:\n\n{text}")


WORKFLOWS = [summarize]
