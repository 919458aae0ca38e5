"""Data whose mutual information is known, and handwritten digits; one family a module."""
