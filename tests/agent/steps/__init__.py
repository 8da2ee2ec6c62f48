"""Tests of agent.steps."""
