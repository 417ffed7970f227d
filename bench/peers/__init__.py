"""Other tools over schemas of which the right answer is known, beside pgplumb."""
