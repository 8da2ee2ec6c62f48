"""The OCR matcher: reads the screen and matches what is written by spelling, meaning, role and place."""
