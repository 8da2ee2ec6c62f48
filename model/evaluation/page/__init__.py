"""A report that is one HTML file: plots as SVG, pictures within, nothing loaded from elsewhere."""
