"""A text editor in lines: what it costs to draw is what changed."""
