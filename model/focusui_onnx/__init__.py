"""FocusUI in ONNX Runtime: grounds without torch and transformers."""
