"""FocusUI and its kin on Qwen vision-language models: patch scorer, selection with PosPad, pointer head."""
