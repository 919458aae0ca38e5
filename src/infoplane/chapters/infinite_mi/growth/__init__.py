"""MINE against infinity, in pictures."""
