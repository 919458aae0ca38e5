"""`python -m infoplane.book [PROFILE]`: build the book, the published edition by default."""

import sys

from infoplane.book.build import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
