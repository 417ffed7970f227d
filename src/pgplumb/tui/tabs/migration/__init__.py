"""The parts of the Migrations tab."""
