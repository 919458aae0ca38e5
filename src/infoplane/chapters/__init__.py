"""A folder a chapter: what it computes, how, what comes out, and what that says of the claims.

Each has, in its `__init__`, `plans(parameters) -> {part: Plan}`, `measure({part: frame}) ->
{claim id: [Check, …]}` and `data(parameters)`, a word for the banner; `ranges.check(parameters)`
refuses what is out of range; the functions that plans name take configs of plain JSON values and
return plain values; tables and plots are made of records. A chapter that has something for other
pages of the book gives it in `pages(frames) -> {marker: text}`, for `{{ marker }}` in book/*.md.
No chapter imports another.
"""
