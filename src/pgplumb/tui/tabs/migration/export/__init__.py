"""Writing a migration as the files of the tool that a team uses."""
