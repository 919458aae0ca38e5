"""What a user passes, checked."""
