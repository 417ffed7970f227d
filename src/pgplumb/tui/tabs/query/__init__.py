"""Parts of the Queries tab."""
