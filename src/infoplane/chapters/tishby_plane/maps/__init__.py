"""Maps of chapter 05, in place of its big tables."""
