"""Controls as programs draw them: each function draws one, enters its label and says how much room it took."""
