"""What a run of training did, as one page."""
