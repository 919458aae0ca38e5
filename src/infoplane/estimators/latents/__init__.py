"""What flows make of two sides, and how the two hang together there: used by `flow` alone."""
