"""What policies cost in the queries actually seen, by their plans, and the rewrites that are proved to pay."""
