"""Sets of known correlation dimension, and how near estimates come."""
