"""Visual token selectors side by side: FocusUI's scorer and its rivals through one protocol."""
