"""What chapter 07 tries on the known: entropies with closed forms, sets of known dimension."""
