"""What the sources say, what was measured of it, and the word that follows from both."""

from infoplane.claims.checks import Check
from infoplane.claims.judge import Verdict, Word, judge
from infoplane.claims.ledger import Claim, Region, ledger, regions

__all__ = ["Check", "Claim", "Region", "Verdict", "Word", "judge", "ledger", "regions"]
