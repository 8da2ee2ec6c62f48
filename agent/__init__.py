"""What is done on the desktop: capture, plan, ground, act, verify. No Qt, no model code."""
