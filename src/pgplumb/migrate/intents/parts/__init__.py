"""What the intents share: quoting, looking up, naming, and definitions rebuilt from catalog records."""
