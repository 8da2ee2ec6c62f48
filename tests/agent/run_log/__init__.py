"""Tests of agent.run_log."""
