"""`python -m infoplane`, where the command itself is not on the path."""

from infoplane.cli import main

if __name__ == "__main__":
    main()
