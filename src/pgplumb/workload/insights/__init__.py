"""What a plan says about itself: rules that read one plan and name what is wrong, with the numbers."""
