"""Sagewai agents that call models through an llm-gateway, within their project's soft budget: see docs/budgets.md."""

from .gateway_agent import GatewayAgent, gateway_agent
from .gateway_budget import GatewayBudget

__all__ = ["GatewayAgent", "GatewayBudget", "gateway_agent"]
