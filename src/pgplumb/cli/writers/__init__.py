"""What commands print: one file for each command and format."""
