"""What chapter 03 fixes beforehand, and its runs, tables and ranges share."""

__all__ = [
    "BOOK_RATE",
    "BOUND_SEEDS",
    "FRESH_ROWS",
    "LAST",
    "LONGER",
    "PLAIN_RATE",
    "RATES",
    "SETTINGS",
    "STAIR_BATCH",
    "STAIR_CHECK",
    "STAIR_DIMENSION",
    "STAIR_ROWS",
]

# Of the moving average in MINE's gradient: the book's, and that which leaves the batch alone.
BOOK_RATE, PLAIN_RATE = 0.01, 1.0
RATES = (BOOK_RATE, PLAIN_RATE)

# Where the bias correction is tried: d, rho, batch. Chosen before anything was run: little and
# much information at the smallest batch, and four times that batch.
SETTINGS = ((2, 0.5, 8), (2, 0.9, 8), (2, 0.9, 32), (20, 0.5, 8), (20, 0.5, 32))
LONGER = 2  # times the steps of the others: a small batch teaches less a step

# All pairs of a batch cost several times what MINE costs: the other bounds have the first seeds
# and, since they treat a correlation like its negative, the correlations >= 0.
BOUND_SEEDS = 5

FRESH_ROWS = 10_000  # held-out sets of fresh samples are as large as those of so many rows

# The staircase of Song & Ermon (2020): 20 components, batches of 64, every pair of a batch.
# Nothing held out is used, so it is small.
STAIR_DIMENSION, STAIR_BATCH, STAIR_CHECK, STAIR_ROWS = 20, 64, 50, 1_000
LAST = 0.25  # of a step of the staircase: what mean and standard deviation are taken over
