"""One module a chapter: what it computes (`plans`), how (`run` functions), what it measured.

Every module has `plans(**parameters) -> {part: Plan}` and `measure({part: Records}) ->
{claim id: [Check, …]}`; a run takes a config of plain JSON values and returns plain values.
"""
