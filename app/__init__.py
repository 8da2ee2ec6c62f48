"""The Qt shell and the command line: shows state, passes on what the person wants, decides nothing."""
