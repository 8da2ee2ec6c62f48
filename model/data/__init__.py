"""What the models learn from: records, boxes, labels."""
