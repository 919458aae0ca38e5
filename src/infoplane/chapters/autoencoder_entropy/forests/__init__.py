"""Chapter 07's comparisons that one would rather look at than read: a row a set, marks beside."""
