"""A number computed once, and kept: what is to be run, what came out, and from what code."""
